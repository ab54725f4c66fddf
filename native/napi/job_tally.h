#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "abi/descriptor.h"

namespace datamover::napi {

/// What the engines of one mover were given, by engine and opcode. The thread that submits counts,
/// and reads.
struct JobTally {
  enum Engine : size_t { kInline, kThreads, kHardware, kEngines };
  static constexpr size_t kOpcodes = 64;

  struct Count {
    uint64_t jobs = 0;
    uint64_t bytes = 0;
  };

  void Add(Engine engine, const abi::Descriptor& job) {
    Count& count = counts[engine][static_cast<size_t>(job.opcode()) % kOpcodes];
    ++count.jobs;
    count.bytes += job.transfer_size;
  }
  /// Of one that was added, and is as it was then.
  void Remove(Engine engine, const abi::Descriptor& job) {
    Count& count = counts[engine][static_cast<size_t>(job.opcode()) % kOpcodes];
    --count.jobs;
    count.bytes -= job.transfer_size;
  }

  std::array<std::array<Count, kOpcodes>, kEngines> counts = {};
};

}  // namespace datamover::napi
