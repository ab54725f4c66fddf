// Linux lets programs maintain the data cache and read its line size; other systems may not.
#if defined(__aarch64__) && defined(__linux__)

#include "engine/cpu_features.h"
#include "engine/kernels/flush_internal.h"

namespace datamover::engine {
namespace {

/// Smallest data cache line: CTR_EL0 bits 19:16 are the logarithm of its length in 4-byte words.
uintptr_t LineSize() {
  uint64_t type;
  asm("mrs %0, ctr_el0" : "=r"(type));
  return uintptr_t{4} << (type >> 16 & 0xf);
}

template <typename Maintain>
void EachLine(const uint8_t* start, size_t bytes, Maintain maintain) {
  const uintptr_t size = LineSize();
  const auto address = reinterpret_cast<uintptr_t>(start);
  for (uintptr_t line = address & ~(size - 1); line < address + bytes; line += size) maintain(line);
  asm volatile("dsb sy" ::: "memory");
}

void Drop(const uint8_t* start, size_t bytes) {
  EachLine(start, bytes, [](uintptr_t line) {
    asm volatile("dc civac, %0" ::"r"(line) : "memory");
  });
}

void Keep(const uint8_t* start, size_t bytes) {
  EachLine(start, bytes, [](uintptr_t line) {
    asm volatile("dc cvac, %0" ::"r"(line) : "memory");
  });
}

/// To the point of persistence, which may lie behind that of coherency: `dc cvap`, which assemblers
/// know for ARMv8.2 alone.
void KeepPersistent(const uint8_t* start, size_t bytes) {
  EachLine(start, bytes, [](uintptr_t line) {
    asm volatile("sys #3, c7, c12, #1, %0" ::"r"(line) : "memory");
  });
}

}  // namespace

Flusher ChooseFlusher() {
  if (Cpu().arm_dcpop) return {"dc cvap", Drop, KeepPersistent};
  return {"dc", Drop, Keep};
}

}  // namespace datamover::engine

#endif
