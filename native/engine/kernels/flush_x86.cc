#if defined(__x86_64__) || defined(_M_X64)

#include <immintrin.h>

#include "engine/cpu_features.h"
#include "engine/kernels/flush_internal.h"

namespace datamover::engine {
namespace {

constexpr uintptr_t kLine = 64;

struct Lines {
  uintptr_t first;
  uintptr_t end;
};

Lines LinesOf(const uint8_t* start, size_t bytes) {
  const auto address = reinterpret_cast<uintptr_t>(start);
  return {address & ~(kLine - 1), address + bytes};
}

void FlushClflush(const uint8_t* start, size_t bytes) {
  const Lines lines = LinesOf(start, bytes);
  for (uintptr_t line = lines.first; line < lines.end; line += kLine) {
    _mm_clflush(reinterpret_cast<void*>(line));
  }
  _mm_sfence();
}

[[gnu::target("clflushopt")]] void FlushClflushopt(const uint8_t* start, size_t bytes) {
  const Lines lines = LinesOf(start, bytes);
  for (uintptr_t line = lines.first; line < lines.end; line += kLine) {
    _mm_clflushopt(reinterpret_cast<void*>(line));
  }
  _mm_sfence();
}

[[gnu::target("clwb")]] void WriteBackClwb(const uint8_t* start, size_t bytes) {
  const Lines lines = LinesOf(start, bytes);
  for (uintptr_t line = lines.first; line < lines.end; line += kLine) {
    _mm_clwb(reinterpret_cast<void*>(line));
  }
  _mm_sfence();
}

}  // namespace

Flusher ChooseFlusher() {
  // Without CLWB a kept line is written back too, and lost to the cache: slower, never wrong.
  if (!Cpu().clflushopt) return {"clflush", FlushClflush, FlushClflush};
  if (!Cpu().clwb) return {"clflushopt", FlushClflushopt, FlushClflushopt};
  return {"clflushopt, clwb", FlushClflushopt, WriteBackClwb};
}

}  // namespace datamover::engine

#endif
