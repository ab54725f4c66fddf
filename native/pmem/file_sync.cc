#include "pmem/file_sync.h"

#include <cerrno>
#include <cstdint>

#if defined(__linux__)
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

// Of <linux/magic.h>, which not every system has.
constexpr uint32_t kTmpfs = 0x01021994;
constexpr uint32_t kRamfs = 0x858458f6;
constexpr uint32_t kHugetlbfs = 0x958458f6;

bool IsInMemory(int fd) {
  struct statfs status;
  if (fstatfs(fd, &status) != 0) return false;
  const auto type = static_cast<uint32_t>(status.f_type);
  return type == kTmpfs || type == kRamfs || type == kHugetlbfs;
}

size_t PageSize(int fd) {
  struct statfs status;
  const bool huge = fstatfs(fd, &status) == 0 && static_cast<uint32_t>(status.f_type) == kHugetlbfs;
  return static_cast<size_t>(huge ? status.f_bsize : sysconf(_SC_PAGESIZE));
}

#else

bool IsInMemory(int) { return false; }

#if !defined(_WIN32)
size_t PageSize(int) { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }
#endif

#endif

}  // namespace datamover::pmem
