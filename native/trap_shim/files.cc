#include "trap_shim/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

// What the kernel's driver does at open, mmap, munmap, write and close of its device files, in
// place of the C library's functions of these names. All other files go to the kernel as they are.
namespace datamover::trap_shim {

using device_model::RequestKind;

namespace {

constexpr int kDescriptors = 4096;
constexpr size_t kPage = 4096;

/// What open() makes. It lives as long as its file descriptor or a mapping, whichever is longer.
struct OpenFile {
  std::atomic<uint32_t> references = 0;  // 0: free
  pid_t owner = 0;
  Queue queue = {};
};

constexpr uint64_t kFree = 0;
constexpr uint64_t kReserved = 1;  // by a thread that is about to write the address

struct Portal {
  std::atomic<uint64_t> address = kFree;
  OpenFile* file = nullptr;
};

OpenFile open_files[256];
std::atomic<OpenFile*> by_descriptor[kDescriptors];
Portal portals[256];

OpenFile* Find(int file) {
  return file < 0 || file >= kDescriptors ? nullptr : by_descriptor[file].load();
}

void Release(OpenFile& file) {
  const bool ours = file.owner == getpid();
  const Queue queue = file.queue;
  // The model answers once nothing of this process is left in the queue.
  if (--file.references == 0 && ours) Ask(RequestKind::kClose, queue);
}

long Fail(int error) {
  errno = error;
  return -1;
}

int Refuse(int file, int error) {
  syscall(SYS_close, file);
  return static_cast<int>(Fail(error));
}

int Opened(int file, const char* path) {
  Queue queue;
  if (file < 0 || file >= kDescriptors || !IsQueue(file, path, queue)) return file;
  const int32_t error = Ask(RequestKind::kOpen, queue);
  if (error != 0) return Refuse(file, error < 0 ? ENODEV : error);
  for (OpenFile& open : open_files) {
    uint32_t free = 0;
    if (!open.references.compare_exchange_strong(free, 1)) continue;
    open.owner = getpid();
    open.queue = queue;
    by_descriptor[file] = &open;
    return file;
  }
  Ask(RequestKind::kClose, queue);
  return Refuse(file, ENFILE);
}

/// The errno with which the driver refuses to map so much of the file, or 0.
int RefusalOfMap(const OpenFile& open, size_t bytes) {
  const int32_t error = Ask(RequestKind::kMap, open.queue);
  if (error > 0) return error;
  if (error < 0 || open.owner != getpid()) return EPERM;
  return bytes > kPage ? EINVAL : 0;
}

void* Map(void* address, size_t bytes, int protection, int flags, int file, off_t offset) {
  OpenFile* const open = (flags & MAP_ANONYMOUS) ? nullptr : Find(file);
  if (open) {
    if (const int error = RefusalOfMap(*open, bytes)) {
      Fail(error);
      return MAP_FAILED;
    }
  }
  void* const page =
      reinterpret_cast<void*>(syscall(SYS_mmap, address, bytes, protection, flags, file, offset));
  if (!open || page == MAP_FAILED) return page;
  madvise(page, kPage, MADV_DONTFORK);
  for (Portal& portal : portals) {
    uint64_t free = kFree;
    if (!portal.address.compare_exchange_strong(free, kReserved)) continue;
    ++open->references;
    portal.file = open;
    portal.address = reinterpret_cast<uint64_t>(page);
    return page;
  }
  munmap(page, kPage);
  Fail(ENOMEM);
  return MAP_FAILED;
}

/// Copies so many descriptors, or fewer: up to where the program has no memory.
size_t Copy(abi::Descriptor* to, const abi::Descriptor* from, size_t count) {
  const iovec local = {to, count * sizeof *to};
  const iovec remote = {const_cast<abi::Descriptor*>(from), count * sizeof *from};
  const ssize_t bytes = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
  return bytes < 0 ? 0 : static_cast<size_t>(bytes) / sizeof *to;
}

/// As the driver: whole descriptors, until one is refused; only if it is the first, with its errno.
long Write(const OpenFile& open, const void* bytes, size_t size) {
  if (open.owner != getpid()) return Fail(EPERM);
  const auto* const descriptors = static_cast<const abi::Descriptor*>(bytes);
  const size_t count = size / sizeof(abi::Descriptor);
  size_t taken = 0;
  int error = 0;
  while (taken < count && error == 0) {
    abi::Descriptor some[device_model::kMaxWrite];
    const size_t wanted = std::min<size_t>(count - taken, device_model::kMaxWrite);
    const size_t copied = Copy(some, descriptors + taken, wanted);
    if (copied < wanted) error = EFAULT;
    if (copied == 0) break;
    const int32_t answer =
        Ask(RequestKind::kWrite, open.queue, some, static_cast<uint32_t>(copied));
    if (answer < 0) error = -answer;
    if (answer >= 0) taken += static_cast<size_t>(answer);
    if (answer < static_cast<int32_t>(copied)) break;
  }
  if (taken == 0 && error != 0) return Fail(error);
  return static_cast<long>(taken * sizeof *descriptors);
}

}  // namespace

bool FindPortal(uint64_t address, Queue& queue) {
  for (const Portal& portal : portals) {
    const uint64_t page = portal.address;
    if (page <= kReserved || address - page >= kPage) continue;
    queue = portal.file->queue;
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
    shim::OpenFile* const file = portal.file;
    if (page <= shim::kReserved) break;
    if (portal.address.compare_exchange_strong(page, shim::kFree)) shim::Release(*file);
  }
  return static_cast<int>(syscall(SYS_munmap, address, bytes));
}

ssize_t write(int file, const void* bytes, size_t size) {
  if (const shim::OpenFile* open = shim::Find(file)) return shim::Write(*open, bytes, size);
  return syscall(SYS_write, file, bytes, size);
}

int close(int file) {
  shim::OpenFile* const open = shim::Find(file);
  if (open) shim::by_descriptor[file] = nullptr;
  const int result = static_cast<int>(syscall(SYS_close, file));
  if (open) shim::Release(*open);
  return result;
}

}  // extern "C"
