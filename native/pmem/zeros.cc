#include "pmem/zeros.h"

#if !defined(_WIN32)

#include <sys/mman.h>

namespace datamover::pmem {

bool MapZeros(std::span<uint8_t> range, int protection) {
#if defined(MAP_NORESERVE)
  constexpr int kFlags = MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
#else
  constexpr int kFlags = MAP_ANONYMOUS | MAP_FIXED;
#endif
  // A limit of data (RLIMIT_DATA) counts what is private alone.
  for (const int sharing : {MAP_PRIVATE, MAP_SHARED}) {
    const int flags = kFlags | sharing;
    if (mmap(range.data(), range.size(), protection, flags, -1, 0) != MAP_FAILED) return true;
  }
  return false;
}

}  // namespace datamover::pmem

#endif
