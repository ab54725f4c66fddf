#include "memory/placement.h"

#include <array>
#include <cerrno>

#if defined(__linux__)
#include <sys/mman.h>
#include <sys/syscall.h>
#endif
#if !defined(_WIN32)
#include <unistd.h>
#endif

namespace datamover::memory {

using Step = AllocationError::Step;

namespace {

size_t SmallPageBytes() {
#if defined(_WIN32)
  return 4096;
#else
  static const auto bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
#endif
}

void Touch(std::span<uint8_t> pages) {
  for (size_t at = 0; at < pages.size(); at += SmallPageBytes()) {
    const_cast<volatile uint8_t&>(pages[at]) = 0;
  }
}

}  // namespace

#if defined(__linux__)

namespace {

constexpr size_t k2MiB = size_t{1} << 21;
constexpr size_t k1GiB = size_t{1} << 30;

// Of <linux/mman.h>, <linux/mempolicy.h> and mm/, which not every libc's headers follow.
constexpr int kMapHugeShift = 26;
constexpr int kMadvPopulateWrite = 23;
constexpr int kMpolBind = 2;
constexpr int kMaxNodes = 1024;

bool IsExplicit(HugePages huge_pages) {
  return huge_pages == HugePages::k2MiB || huge_pages == HugePages::k1GiB;
}

int Bind(std::span<uint8_t> pages, int node) {
  constexpr int kWordBits = 8 * sizeof(unsigned long);
  std::array<unsigned long, kMaxNodes / kWordBits> nodes{};
  nodes[node / kWordBits] = 1ul << (node % kWordBits);
  // The kernel reads one bit less than it is told.
  const auto result =
      syscall(SYS_mbind, pages.data(), pages.size(), kMpolBind, nodes.data(), kMaxNodes + 1, 0);
  return result == 0 ? 0 : errno;
}

int Prefault(std::span<uint8_t> pages, const AllocationOptions& options) {
  if (madvise(pages.data(), pages.size(), kMadvPopulateWrite) == 0) return 0;
  // Before Linux 5.14 pages have to be touched; where the node may have no huge page left, that
  // would be SIGBUS.
  const bool may_touch = !IsExplicit(options.huge_pages) || options.numa_node < 0;
  if (errno != EINVAL || !may_touch) return errno;
  Touch(pages);
  return 0;
}

}  // namespace

size_t PageBytes(HugePages huge_pages) {
  switch (huge_pages) {
    case HugePages::k1GiB:
      return k1GiB;
    case HugePages::k2MiB:
    case HugePages::kAdvise:  // only whole, aligned ones can become huge
      return k2MiB;
    case HugePages::kNone:
      break;
  }
  return SmallPageBytes();
}

int MapFlags(HugePages huge_pages) {
  if (!IsExplicit(huge_pages)) return 0;
  const int log2_bytes = huge_pages == HugePages::k1GiB ? 30 : 21;
  return MAP_HUGETLB | log2_bytes << kMapHugeShift;
}

std::optional<AllocationError> Unsupported(const AllocationOptions& options) {
  if (options.numa_node >= kMaxNodes) return AllocationError{Step::kBind, EINVAL};
  return std::nullopt;
}

std::optional<AllocationError> Place(std::span<uint8_t> pages, const AllocationOptions& options) {
  if (options.huge_pages == HugePages::kAdvise &&
      madvise(pages.data(), pages.size(), MADV_HUGEPAGE) != 0) {
    return AllocationError{Step::kHugePages, errno};
  }
  if (options.numa_node >= 0) {
    if (const int code = Bind(pages, options.numa_node)) return AllocationError{Step::kBind, code};
  }
  // Huge pages are reserved from all nodes together: only their presence proves that the node had
  // enough, and a later touch could be SIGBUS.
  const bool must_prove = IsExplicit(options.huge_pages) && options.numa_node >= 0;
  if (options.prefault || must_prove) {
    if (const int code = Prefault(pages, options)) return AllocationError{Step::kPrefault, code};
  }
  if (options.lock && mlock(pages.data(), pages.size()) != 0) {
    return AllocationError{Step::kLock, errno};
  }
  return std::nullopt;
}

#else

size_t PageBytes(HugePages) { return SmallPageBytes(); }

int MapFlags(HugePages) { return 0; }

std::optional<AllocationError> Unsupported(const AllocationOptions& options) {
  if (options.huge_pages != HugePages::kNone) return AllocationError{Step::kHugePages, ENOTSUP};
  if (options.numa_node >= 0) return AllocationError{Step::kBind, ENOTSUP};
  if (options.lock) return AllocationError{Step::kLock, ENOTSUP};
  return std::nullopt;
}

std::optional<AllocationError> Place(std::span<uint8_t> pages, const AllocationOptions& options) {
  if (options.prefault) Touch(pages);
  return std::nullopt;
}

#endif

}  // namespace datamover::memory
