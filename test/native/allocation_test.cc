#include "memory/allocation.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "check.h"

#if defined(__linux__)
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace datamover::test {
namespace {

using memory::Allocation;
using memory::AllocationError;
using memory::AllocationOptions;
using memory::HugePages;
using Step = AllocationError::Step;

void Refused(const AllocationOptions& options, Step step, int code,
             std::source_location at = std::source_location::current()) {
  const auto result = Allocation::Create(options);
  const auto* error = std::get_if<AllocationError>(&result);
  if (error == nullptr) return Check(false, "was not refused", at);
  Equal(std::string(StepName(error->step)) == StepName(step), true, StepName(error->step), at);
  Equal(error->code, code, "errno", at);
}

/// The allocation, or nothing where this machine refuses it in one of `steps`.
std::optional<Allocation> Try(const AllocationOptions& options, std::initializer_list<Step> steps,
                              std::source_location at = std::source_location::current()) {
  auto result = Allocation::Create(options);
  if (auto* allocation = std::get_if<Allocation>(&result)) return std::move(*allocation);
  const auto& error = std::get<AllocationError>(result);
  const bool may = std::find(steps.begin(), steps.end(), error.step) != steps.end();
  Check(may && error.code != 0, std::string("refused: ") + StepName(error.step), at);
  return std::nullopt;
}

bool IsZero(const Allocation& allocation) {
  return std::ranges::all_of(allocation.bytes(), [](uint8_t byte) { return byte == 0; });
}

const Register alignments("allocation: zero-filled, writable, as aligned as asked", [] {
  for (size_t alignment = 1; alignment <= memory::kMaxAlignment; alignment *= 2) {
    for (const size_t bytes : {size_t{1}, size_t{4096}, size_t{70001}}) {
      const auto allocation = Try({.bytes = bytes, .alignment = alignment}, {});
      if (!allocation) return;
      const auto memory = allocation->bytes();
      Equal(memory.size(), bytes);
      Equal(reinterpret_cast<uintptr_t>(memory.data()) % alignment, 0u, "misalignment");
      Check(IsZero(*allocation), "not zero");
      std::ranges::fill(memory, uint8_t{0xa5});
    }
  }
});

const Register bad_arguments("allocation: bad arguments are refused", [] {
  Refused({.bytes = 0}, Step::kArguments, EINVAL);
  Refused({.bytes = 1, .alignment = 0}, Step::kArguments, EINVAL);
  Refused({.bytes = 1, .alignment = 48}, Step::kArguments, EINVAL);
  Refused({.bytes = 1, .alignment = 2 * memory::kMaxAlignment}, Step::kArguments, EINVAL);
  Refused({.bytes = 1, .numa_node = -2}, Step::kArguments, EINVAL);
  Refused({.bytes = SIZE_MAX}, Step::kMap, ENOMEM);
});

const Register moves("allocation: memory moves with its owner", [] {
  auto first = Try({.bytes = 100}, {}), second = Try({.bytes = 200}, {});
  if (!first || !second) return;
  first->bytes()[7] = 42;
  uint8_t* const data = first->bytes().data();
  Allocation moved(std::move(*first));
  Check(moved.bytes().data() == data && moved.bytes()[7] == 42, "move construction");
  Equal(first->bytes().size(), 0u, "moved from");
  *second = std::move(moved);
  Check(second->bytes().data() == data && second->bytes().size() == 100, "move assignment");
});

#if defined(__linux__)

/// The value, in kB, of the first line of a /proc file that begins with `name` and comes after a
/// line that begins with `after`.
long ProcValue(const std::string& file, const std::string& name, const std::string& after = "") {
  std::ifstream lines(file);
  bool found = false;
  for (std::string line; std::getline(lines, line);) {
    found = found || line.starts_with(after);
    if (found && line.starts_with(name)) return std::stol(line.substr(name.size()));
  }
  return -1;
}

std::string MapsPrefix(const Allocation& allocation) {
  char text[32];
  std::snprintf(
      text, sizeof text, "%llx-",
      static_cast<unsigned long long>(reinterpret_cast<uintptr_t>(allocation.bytes().data())));
  return text;
}

size_t ResidentPages(const Allocation& allocation) {
  const size_t page = sysconf(_SC_PAGESIZE);
  std::vector<unsigned char> present((allocation.bytes().size() + page - 1) / page);
  mincore(allocation.bytes().data(), allocation.bytes().size(), present.data());
  return std::ranges::count_if(present, [](unsigned char flags) { return (flags & 1) != 0; });
}

const Register prefault("allocation: pages are present after prefault, not before use else", [] {
  const size_t page = sysconf(_SC_PAGESIZE);
  const auto lazy = Try({.bytes = 64 * page}, {});
  const auto eager = Try({.bytes = 64 * page, .prefault = true}, {});
  if (!lazy || !eager) return;
  Equal(ResidentPages(*lazy), 0u);
  Equal(ResidentPages(*eager), 64u);
  Check(IsZero(*eager), "not zero");
});

long LockedKilobytes() { return ProcValue("/proc/self/status", "VmLck:"); }

const Register locked("allocation: locked memory is locked, or refused", [] {
  const auto sample = Try({.bytes = 64 * 1024}, {});
  const long before = LockedKilobytes();
  if (!sample || mlock(sample->bytes().data(), sample->bytes().size()) != 0) return;
  const long step = LockedKilobytes() - before;  // 0 under sanitizers: they ignore mlock
  const auto allocation = Try({.bytes = 64 * 1024, .lock = true}, {Step::kLock});
  Equal(LockedKilobytes() - before, allocation ? 2 * step : step, "kB locked");
});

const Register explicit_huge("allocation: explicit huge pages are huge, or refused", [] {
  for (const auto& [kind, kilobytes] :
       {std::pair{HugePages::k2MiB, 2048L}, {HugePages::k1GiB, 1048576L}}) {
    const auto allocation = Try({.bytes = 5000, .huge_pages = kind}, {Step::kMap});
    if (!allocation) continue;
    Equal(ProcValue("/proc/self/smaps", "KernelPageSize:", MapsPrefix(*allocation)), kilobytes);
    Equal(allocation->bytes().size(), 5000u);
    allocation->bytes()[4999] = 1;
  }
});

const Register advised_huge("allocation: advised huge pages are marked so, or refused", [] {
  const auto allocation =
      Try({.bytes = 3 << 20, .huge_pages = HugePages::kAdvise}, {Step::kHugePages});
  if (!allocation) return;
  Equal(reinterpret_cast<uintptr_t>(allocation->bytes().data()) % (2 << 20), 0u);
  allocation->bytes().back() = 1;
  std::ifstream lines("/proc/self/smaps");
  bool found = false, marked = false;
  for (std::string line; std::getline(lines, line) && !marked;) {
    if (line.starts_with(MapsPrefix(*allocation))) found = true;
    if (found && line.starts_with("VmFlags:")) marked = line.find(" hg") != std::string::npos;
  }
  Check(marked, "not advised");
});

const Register numa("allocation: memory is bound to its node, or refused", [] {
  Refused({.bytes = 1, .numa_node = 1 << 20}, Step::kBind, EINVAL);
  const auto nowhere = Try({.bytes = 1, .numa_node = 1023}, {Step::kBind});
  Check(!nowhere, "a node that no machine here has");
  const auto allocation = Try({.bytes = 1 << 20, .numa_node = 0, .prefault = true}, {Step::kBind});
  if (!allocation) return;
  constexpr int kBindMode = 2, kOfAddress = 2;  // MPOL_BIND, MPOL_F_ADDR
  int mode = -1;
  unsigned long nodes[16] = {};
  const long result =
      syscall(SYS_get_mempolicy, &mode, nodes, 1024, allocation->bytes().data(), kOfAddress);
  if (result != 0) return;
  Equal(mode, kBindMode);
  Equal(nodes[0], 1ul);
});

#else

const Register unsupported("allocation: what only Linux has is refused elsewhere", [] {
  Refused({.bytes = 1, .huge_pages = HugePages::kAdvise}, Step::kHugePages, ENOTSUP);
  Refused({.bytes = 1, .huge_pages = HugePages::k2MiB}, Step::kHugePages, ENOTSUP);
  Refused({.bytes = 1, .numa_node = 0}, Step::kBind, ENOTSUP);
  Refused({.bytes = 1, .lock = true}, Step::kLock, ENOTSUP);
});

#endif

}  // namespace
}  // namespace datamover::test
