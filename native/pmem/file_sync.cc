#include "pmem/file_sync.h"

#include <cerrno>
#include <cstdint>

#if defined(__linux__)
#include <linux/magic.h>
#include <sys/vfs.h>
#endif
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

#if defined(__linux__)

bool IsInMemory(int fd) {
  struct statfs status;
  if (fstatfs(fd, &status) != 0) return false;
  const auto type = static_cast<uint32_t>(status.f_type);
  return type == TMPFS_MAGIC || type == RAMFS_MAGIC;
}

#else

bool IsInMemory(int) { return false; }

#endif

}  // namespace datamover::pmem
