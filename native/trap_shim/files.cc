#include "trap_shim/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

// What the kernel's driver does at open, mmap, munmap, write and close of its device files, in
// place of the C library's functions of these names. All other files go to the kernel as they are.
namespace datamover::trap_shim {

using device_model::RequestKind;

namespace {

constexpr int kFiles = 4096;
constexpr int kPortals = 64;
constexpr size_t kPage = 4096;

struct OpenFile {
  std::atomic<pid_t> owner = 0;  // 0: not a queue
  Queue queue = {};
};

struct Portal {
  std::atomic<uint64_t> address = 0;  // 0: none
  Queue queue = {};
};

OpenFile files[kFiles];
Portal portals[kPortals];

OpenFile* Find(int file) {
  if (file < 0 || file >= kFiles || files[file].owner == 0) return nullptr;
  return &files[file];
}

long Fail(int error) {
  errno = error;
  return -1;
}

int Opened(int file, const char* path) {
  Queue queue;
  if (file < 0 || file >= kFiles || !IsQueue(file, path, queue)) return file;
  const int32_t error = Ask(RequestKind::kOpen, queue);
  if (error != 0) {
    syscall(SYS_close, file);
    return static_cast<int>(Fail(error < 0 ? ENODEV : error));
  }
  files[file].queue = queue;
  files[file].owner = getpid();
  return file;
}

void* Map(void* address, size_t bytes, int protection, int flags, int file, off_t offset) {
  OpenFile* const open = (flags & MAP_ANONYMOUS) ? nullptr : Find(file);
  if (open) {
    const int32_t error = Ask(RequestKind::kMap, open->queue);
    const bool foreign = open->owner != getpid();
    if (error != 0 || foreign || bytes > kPage) {
      Fail(error > 0 ? error : foreign || error < 0 ? EPERM : EINVAL);
      return MAP_FAILED;
    }
  }
  void* const page =
      reinterpret_cast<void*>(syscall(SYS_mmap, address, bytes, protection, flags, file, offset));
  if (!open || page == MAP_FAILED) return page;
  madvise(page, kPage, MADV_DONTFORK);
  for (Portal& portal : portals) {
    uint64_t none = 0;
    portal.queue = portal.address == 0 ? open->queue : portal.queue;
    if (portal.address.compare_exchange_strong(none, reinterpret_cast<uint64_t>(page))) return page;
  }
  munmap(page, kPage);
  Fail(ENOMEM);
  return MAP_FAILED;
}

/// As the driver: whole descriptors, until one is refused; only if it is the first, with its errno.
long Write(const OpenFile& open, const void* bytes, size_t size) {
  if (open.owner != getpid()) return Fail(EPERM);
  const auto* const descriptors = static_cast<const abi::Descriptor*>(bytes);
  const size_t count = size / sizeof(abi::Descriptor);
  size_t taken = 0;
  while (taken < count) {
    const size_t left = count - taken;
    const auto some =
        static_cast<uint32_t>(left < device_model::kMaxWrite ? left : device_model::kMaxWrite);
    const int32_t answer = Ask(RequestKind::kWrite, open.queue, descriptors + taken, some);
    if (answer < 0)
      return taken > 0 ? static_cast<long>(taken * sizeof *descriptors) : Fail(-answer);
    taken += static_cast<size_t>(answer);
    if (answer < static_cast<int32_t>(some)) break;
  }
  return static_cast<long>(taken * sizeof *descriptors);
}

}  // namespace

bool FindPortal(uint64_t address, Queue& queue) {
  for (const Portal& portal : portals) {
    const uint64_t page = portal.address;
    if (page == 0 || address - page >= kPage) continue;
    queue = portal.queue;
    return true;
  }
  return false;
}

}  // namespace datamover::trap_shim

namespace shim = datamover::trap_shim;

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return shim::Opened(static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags, mode)), path);
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return open(path, flags, mode);
}

int openat(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return shim::Opened(static_cast<int>(syscall(SYS_openat, directory, path, flags, mode)), path);
}

int openat64(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return openat(directory, path, flags, mode);
}

int __open_2(const char* path, int flags) { return open(path, flags, 0); }
int __open64_2(const char* path, int flags) { return open(path, flags, 0); }

void* mmap(void* address, size_t bytes, int protection, int flags, int file,
           off_t offset) noexcept {
  return shim::Map(address, bytes, protection, flags, file, offset);
}

void* mmap64(void* address, size_t bytes, int protection, int flags, int file,
             off_t offset) noexcept {
  return shim::Map(address, bytes, protection, flags, file, offset);
}

int munmap(void* address, size_t bytes) noexcept {
  for (shim::Portal& portal : shim::portals) {
    uint64_t page = reinterpret_cast<uint64_t>(address);
    if (page != 0) portal.address.compare_exchange_strong(page, 0);
  }
  return static_cast<int>(syscall(SYS_munmap, address, bytes));
}

ssize_t write(int file, const void* bytes, size_t size) {
  if (const shim::OpenFile* open = shim::Find(file)) return shim::Write(*open, bytes, size);
  return syscall(SYS_write, file, bytes, size);
}

int close(int file) {
  if (shim::OpenFile* open = shim::Find(file)) {
    const bool ours = open->owner == getpid();
    open->owner = 0;
    if (ours) shim::Tell(shim::RequestKind::kClose, open->queue);
  }
  return static_cast<int>(syscall(SYS_close, file));
}

}  // extern "C"
