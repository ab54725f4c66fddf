#include "pmem/mapping.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "pmem/file_sync.h"
#include "pmem/zeros.h"

#if !defined(_WIN32)
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace datamover::pmem {

#if defined(_WIN32)

std::variant<std::shared_ptr<Mapping>, MapError> Mapping::Create(const MapOptions&) {
  return MapError{"map", ENOTSUP};
}

Mapping::~Mapping() = default;

void Mapping::Close() {}

size_t Mapping::Held() const { return 0; }

int Mapping::Lost() const { return 0; }

#else

namespace {

constexpr int kProtection = PROT_READ | PROT_WRITE;

#if defined(__linux__)

// Of <linux/mman.h>, which not every libc's headers follow.
constexpr int kMapSharedValidate = 0x03;
constexpr int kMapSync = 0x80000;

/// Only a file system on persistent memory grants it.
void* MapSync(size_t bytes, int fd) {
  return mmap(nullptr, bytes, kProtection, kMapSharedValidate | kMapSync, fd, 0);
}

#else

void* MapSync(size_t, int) { return MAP_FAILED; }

#endif

Granularity GranularityOf(const MapOptions& options, bool sync) {
  if (!options.shared) return Granularity::kByte;
  if (options.forced) return *options.forced;
  if (!sync && !options.device) return Granularity::kPage;
  return options.auto_flush ? Granularity::kByte : Granularity::kCacheLine;
}

}  // namespace

std::variant<std::shared_ptr<Mapping>, MapError> Mapping::Create(const MapOptions& options) {
  const size_t unit = options.unit != 0 ? options.unit : PageSize(options.fd);
  if (options.bytes == 0 || options.bytes > PTRDIFF_MAX - unit) return MapError{"map", EINVAL};
  const std::shared_ptr<Mapping> mapping(new Mapping);
  mapping->bytes_ = options.bytes;
  mapping->mapped_ = (options.bytes + unit - 1) / unit * unit;
  mapping->options_ = options;
  mapping->options_.fd = fcntl(options.fd, F_DUPFD_CLOEXEC, 0);
  const int fd = mapping->fd();
  if (fd < 0) return MapError{"dup", errno};

  void* data = MAP_FAILED;
  if (options.shared && !options.device) data = MapSync(mapping->mapped_, fd);
  mapping->sync_ = data != MAP_FAILED;
  if (!mapping->sync_) {
    const int sharing = options.shared ? MAP_SHARED : MAP_PRIVATE;
    data = mmap(nullptr, mapping->mapped_, kProtection, sharing, fd, 0);
  }
  if (data == MAP_FAILED) return MapError{"map", errno};
  mapping->data_ = static_cast<uint8_t*>(data);
  mapping->guard_ = std::make_unique<Guard>(std::span(mapping->data_, mapping->mapped_), unit);
  mapping->granularity_ = GranularityOf(options, mapping->sync_);
  const bool nowhere = !options.forced && !mapping->sync_ && !options.device && IsInMemory(fd);
  mapping->flushing_ = nowhere ? Granularity::kByte : mapping->granularity_;
  mapping->persistence_ = MakePersistence(mapping->flushing_, fd);
  if (!mapping->persistence_) return MapError{"flush", ENOTSUP};
  return mapping;
}

Mapping::~Mapping() {
  guard_ = nullptr;
  if (data_ != nullptr) munmap(data_, mapped_);
  if (fd() >= 0) close(fd());
}

void Mapping::Close() {
  // Where the system refuses, the file stays mapped until the end.
  MapZeros(std::span(data_, mapped_), kProtection);
  close(std::exchange(options_.fd, -1));
}

size_t Mapping::Held() const {
  const size_t intact = std::min(guard_->intact(), bytes_);
  struct stat status;
  if (options_.device || fstat(fd(), &status) != 0) return intact;
  return std::min(intact, static_cast<size_t>(status.st_size));
}

int Mapping::Lost() const {
  if (Held() == bytes_) return 0;
  struct stat status;
  const bool truncated =
      !options_.device && fstat(fd(), &status) == 0 && static_cast<size_t>(status.st_size) < bytes_;
  return truncated ? EFAULT : ENOSPC;
}

#endif

int Mapping::SyncFile(std::span<uint8_t> range) const {
  const int error = SyncPages(range.data(), range.size());
  return error != 0 ? error : SyncDevice(fd());
}

}  // namespace datamover::pmem
