#include "pmem/file_sync.h"

#include <cerrno>
#include <cstdint>

#if !defined(_WIN32)
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace datamover::pmem {

#if defined(_WIN32)

int SyncPages(const void*, size_t) { return ENOTSUP; }

#else

int SyncPages(const void* address, size_t bytes) {
  static const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  if (bytes == 0) return 0;
  const auto start = reinterpret_cast<uintptr_t>(address);
  const uintptr_t begin = start & ~(page - 1);
  const int result = msync(reinterpret_cast<void*>(begin), start + bytes - begin, MS_SYNC);
  return result == 0 ? 0 : errno;
}

#endif

#if defined(__APPLE__)

int SyncDevice(int fd) { return fcntl(fd, F_FULLFSYNC) == 0 ? 0 : errno; }

#else

int SyncDevice(int) { return 0; }

#endif

}  // namespace datamover::pmem
