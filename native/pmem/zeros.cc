#include "pmem/zeros.h"

#if !defined(_WIN32)

#include <sys/mman.h>
#include <sys/resource.h>

namespace datamover::pmem {

bool MapZeros(std::span<uint8_t> range, int protection) {
#if defined(MAP_NORESERVE)
  constexpr int kFlags = MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
#else
  constexpr int kFlags = MAP_ANONYMOUS | MAP_FIXED;
#endif
  // Private zeros take no room for who reads. But all of them count as data: where that is limited
  // they would be granted, in the place of the file, and what the program allocates then would not.
  rlimit data;
  const bool limited = getrlimit(RLIMIT_DATA, &data) == 0 && data.rlim_cur != RLIM_INFINITY;
  const int first = limited ? MAP_SHARED : MAP_PRIVATE;
  for (const int sharing : {first, first ^ MAP_SHARED ^ MAP_PRIVATE}) {
    const int flags = kFlags | sharing;
    if (mmap(range.data(), range.size(), protection, flags, -1, 0) != MAP_FAILED) return true;
  }
  return false;
}

}  // namespace datamover::pmem

#endif
