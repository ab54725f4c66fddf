#if defined(__linux__)

#include "memory/placement.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <span>
#include <string>

#include "check.h"
#include "portal/numa.h"

namespace datamover::test {
namespace {

using memory::AllocationError;
using memory::AllocationOptions;
using memory::HugePages;
using Step = AllocationError::Step;

const Register names("placement: the steps have names", [] {
  const auto name = [](Step step) { return std::string(memory::StepName(step)); };
  Check(name(Step::kArguments) == "arguments", "arguments");
  Check(name(Step::kMap) == "map", "map");
  Check(name(Step::kHugePages) == "huge pages", "huge pages");
  Check(name(Step::kBind) == "bind", "bind");
  Check(name(Step::kPrefault) == "prefault", "prefault");
  Check(name(Step::kLock) == "lock", "lock");
  Check(name(static_cast<Step>(99)) == "unknown", "a step that there is not");
});

const Register kinds("placement: pages of each kind are mapped in their size", [] {
  Equal(memory::PageBytes(HugePages::kNone), static_cast<size_t>(sysconf(_SC_PAGESIZE)));
  Equal(memory::PageBytes(HugePages::kAdvise), size_t{1} << 21);
  Equal(memory::PageBytes(HugePages::k2MiB), size_t{1} << 21);
  Equal(memory::PageBytes(HugePages::k1GiB), size_t{1} << 30);
  Equal(memory::MapFlags(HugePages::kNone), 0);
  Equal(memory::MapFlags(HugePages::kAdvise), 0);
  Equal(memory::MapFlags(HugePages::k2MiB), MAP_HUGETLB | 21 << 26);
  Equal(memory::MapFlags(HugePages::k1GiB), MAP_HUGETLB | 30 << 26);
});

/// Addresses where there is no memory.
class Nothing {
 public:
  Nothing() : data_(mmap(nullptr, kBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    munmap(data_, kBytes);
  }
  std::span<uint8_t> bytes() const { return {static_cast<uint8_t*>(data_), kBytes}; }

 private:
  static constexpr size_t kBytes = size_t{1} << 22;
  void* data_;
};

void Refuses(const AllocationOptions& options, Step step) {
  const auto error = memory::Place(Nothing().bytes(), options);
  if (!error) return Check(false, std::string("not refused: ") + memory::StepName(step));
  Equal(static_cast<int>(error->step), static_cast<int>(step), "step");
  Equal(error->code, ENOMEM, "errno");
}

/// Whether this system says that there is nothing: emulators and old kernels do not know the
/// advice.
bool Knows(int advice) {
  const Nothing nothing;
  return madvise(nothing.bytes().data(), nothing.bytes().size(), advice) != 0 && errno == ENOMEM;
}

const Register refusals("placement: what the system refuses is told by its step", [] {
  constexpr int kPopulateWrite = 23;
  if (Knows(MADV_HUGEPAGE)) Refuses({.huge_pages = HugePages::kAdvise}, Step::kHugePages);
  if (Knows(kPopulateWrite)) {
    Refuses({.prefault = true}, Step::kPrefault);
    Refuses({.huge_pages = HugePages::k2MiB, .prefault = true}, Step::kPrefault);
  }
  // Sanitizers keep programs from locking memory, and say that all went well.
  if (mlock(Nothing().bytes().data(), 4096) != 0) Refuses({.lock = true}, Step::kLock);
  Check(!memory::Place(Nothing().bytes(), {}), "nothing was asked for");
});

const Register unbound("placement: memory that is not there is on no node", [] {
  Equal(portal::NodeOf(Nothing().bytes().data()), -1);
  Equal(portal::NodeOf(nullptr), -1);
});

}  // namespace
}  // namespace datamover::test

#endif
