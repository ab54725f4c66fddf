#include "memory/allocation.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <optional>
#include <utility>

#include "memory/placement.h"

#if defined(_WIN32)
#include <malloc.h>

#include <cstring>
#else
#include <sys/mman.h>
#endif

namespace datamover::memory {

namespace {

using Step = AllocationError::Step;

std::optional<AllocationError> Invalid(const AllocationOptions& options) {
  if (options.bytes == 0 || !std::has_single_bit(options.alignment) ||
      options.alignment > kMaxAlignment || options.numa_node < -1) {
    return AllocationError{Step::kArguments, EINVAL};
  }
  if (options.bytes > PTRDIFF_MAX - 2 * kMaxAlignment) return AllocationError{Step::kMap, ENOMEM};
  return Unsupported(options);
}

#if defined(_WIN32)

uint8_t* Map(size_t bytes, size_t alignment, HugePages) {
  void* data = _aligned_malloc(bytes, alignment);
  if (data == nullptr) return nullptr;
  return static_cast<uint8_t*>(std::memset(data, 0, bytes));
}

void Unmap(uint8_t* data, size_t) { _aligned_free(data); }

#else

uint8_t* Map(size_t bytes, size_t alignment, HugePages huge_pages) {
  // Address space first, with room to align in: huge pages are taken only for what stays.
  const size_t room = bytes + alignment;
  void* reserved = mmap(nullptr, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (reserved == MAP_FAILED) return nullptr;
  auto* const start = static_cast<uint8_t*>(reserved);
  const size_t before = (alignment - reinterpret_cast<uintptr_t>(start) % alignment) % alignment;
  uint8_t* const data = start + before;
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MapFlags(huge_pages);
  if (mmap(data, bytes, PROT_READ | PROT_WRITE, flags, -1, 0) == MAP_FAILED) {
    const int error = errno;
    munmap(start, room);
    errno = error;
    return nullptr;
  }
  if (before > 0) munmap(start, before);
  munmap(data + bytes, room - before - bytes);
  return data;
}

void Unmap(uint8_t* data, size_t mapped) { munmap(data, mapped); }

#endif

}  // namespace

const char* StepName(Step step) {
  switch (step) {
    case Step::kArguments:
      return "arguments";
    case Step::kMap:
      return "map";
    case Step::kHugePages:
      return "huge pages";
    case Step::kBind:
      return "bind";
    case Step::kPrefault:
      return "prefault";
    case Step::kLock:
      return "lock";
  }
  return "unknown";
}

std::variant<Allocation, AllocationError> Allocation::Create(const AllocationOptions& options) {
  if (const auto error = Invalid(options)) return *error;
  const size_t page = PageBytes(options.huge_pages);
  const size_t mapped = (options.bytes + page - 1) / page * page;
  uint8_t* const data = Map(mapped, std::max(options.alignment, page), options.huge_pages);
  if (data == nullptr) return AllocationError{Step::kMap, errno};
  Allocation allocation(data, options.bytes, mapped);
  if (const auto error = Place({data, mapped}, options)) return *error;
  return allocation;
}

Allocation::Allocation(Allocation&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      bytes_(std::exchange(other.bytes_, 0)),
      mapped_(std::exchange(other.mapped_, 0)) {}

Allocation& Allocation::operator=(Allocation&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  std::swap(mapped_, other.mapped_);
  return *this;
}

Allocation::~Allocation() {
  if (data_ != nullptr) Unmap(data_, mapped_);
}

}  // namespace datamover::memory
