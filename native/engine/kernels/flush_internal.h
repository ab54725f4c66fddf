#pragma once

#include <cstddef>
#include <cstdint>

namespace datamover::engine {

using FlushRange = void (*)(const uint8_t* start, size_t bytes);

/// The two ways to flush; none where the CPU has no instruction that a program may use.
struct Flusher {
  const char* name = "none";
  FlushRange drop = nullptr;
  FlushRange keep = nullptr;
};

/// The best of this CPU; defined for the architecture in flush_x86.cc or flush_arm64.cc.
Flusher ChooseFlusher();

}  // namespace datamover::engine
