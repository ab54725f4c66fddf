#pragma once

#include <ucontext.h>

#include <cstdint>

namespace datamover::trap_shim {

enum class Kind { kOther, kMovDir64B, kEnqcmd, kUmonitor, kUmwait, kTpause, kCpuid };

/// An instruction that the shim carries out in the processor's place.
struct Instruction {
  Kind kind = Kind::kOther;
  uint32_t length = 0;
  uint64_t source = 0;       // address of the 64 bytes that are stored
  uint64_t destination = 0;  // where they are stored
};

/// The instruction that the registers stand before. Intel's Software Developer's Manual, volume 2.
Instruction Decode(const mcontext_t& registers);

}  // namespace datamover::trap_shim
