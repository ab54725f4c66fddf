// Linux lets programs maintain the data cache and read its line size; other systems may not.
#if defined(__aarch64__) && defined(__linux__)

#include "engine/kernels/flush_internal.h"

namespace datamover::engine {
namespace {

/// Smallest data cache line: CTR_EL0 bits 19:16 are the logarithm of its length in 4-byte words.
uintptr_t LineSize() {
  uint64_t type;
  asm("mrs %0, ctr_el0" : "=r"(type));
  return uintptr_t{4} << (type >> 16 & 0xf);
}

void Drop(const uint8_t* start, size_t bytes) {
  const uintptr_t size = LineSize();
  const auto address = reinterpret_cast<uintptr_t>(start);
  for (uintptr_t line = address & ~(size - 1); line < address + bytes; line += size) {
    asm volatile("dc civac, %0" ::"r"(line) : "memory");
  }
  asm volatile("dsb sy" ::: "memory");
}

/// To the point of coherency. Where memory persists behind that, `dc cvap` would be needed: the
/// emulator that the tests run on says that it has it, and has not.
void Keep(const uint8_t* start, size_t bytes) {
  const uintptr_t size = LineSize();
  const auto address = reinterpret_cast<uintptr_t>(start);
  for (uintptr_t line = address & ~(size - 1); line < address + bytes; line += size) {
    asm volatile("dc cvac, %0" ::"r"(line) : "memory");
  }
  asm volatile("dsb sy" ::: "memory");
}

}  // namespace

Flusher ChooseFlusher() { return {"dc", Drop, Keep}; }

}  // namespace datamover::engine

#endif
