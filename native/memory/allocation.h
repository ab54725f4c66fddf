#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

namespace datamover::memory {

enum class HugePages {
  kNone,
  kAdvise,  // transparent ones: a hint, which the kernel may answer with small pages
  k2MiB,    // reserved by the administrator (hugetlbfs)
  k1GiB,
};

struct AllocationOptions {
  size_t bytes = 0;         // at least 1
  size_t alignment = 4096;  // a power of two up to kMaxAlignment
  HugePages huge_pages = HugePages::kNone;
  int numa_node = -1;     // -1: wherever the system likes
  bool prefault = false;  // every page is present before Create returns
  bool lock = false;      // never swapped out
};

inline constexpr size_t kMaxAlignment = size_t{1} << 30;

/// The step of an allocation that was refused, and the errno with which.
struct AllocationError {
  enum class Step : uint8_t { kArguments, kMap, kHugePages, kBind, kPrefault, kLock };
  Step step;
  int code;
};

/// For messages: "arguments", "map", "huge pages", "bind", "prefault", "lock".
const char* StepName(AllocationError::Step step);

/// Zero-filled memory of its own pages, for devices and engines to work on; freed with the object.
class Allocation {
 public:
  /// All that is asked for, or an error: nothing is dropped silently. Huge pages, a NUMA node and
  /// locking exist on Linux alone.
  static std::variant<Allocation, AllocationError> Create(const AllocationOptions& options);

  Allocation(Allocation&& other) noexcept;
  Allocation& operator=(Allocation&& other) noexcept;
  ~Allocation();

  std::span<uint8_t> bytes() const { return {data_, bytes_}; }

 private:
  Allocation(uint8_t* data, size_t bytes, size_t mapped)
      : data_(data), bytes_(bytes), mapped_(mapped) {}

  uint8_t* data_;
  size_t bytes_;
  size_t mapped_;  // bytes_ rounded up to whole pages
};

}  // namespace datamover::memory
