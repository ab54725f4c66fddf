#include "pmem/guard.h"

#if !defined(_WIN32)

#include <signal.h>
#include <sys/mman.h>

#include <cerrno>
#include <mutex>

#include "pmem/zeros.h"

namespace datamover::pmem {

namespace {

/// All guards that live. The lock is held for a few instructions that touch no mapping, so that a
/// handler never waits for its own thread.
class Guards {
 public:
  void Add(Guard& guard) {
    Lock();
    guard.next = first_;
    first_ = &guard;
    Unlock();
  }

  void Remove(const Guard& guard) {
    Lock();
    Guard** link = &first_;
    while (*link != &guard) link = &(*link)->next;
    *link = guard.next;
    Unlock();
  }

  bool Replace(uintptr_t address) {
    Lock();
    bool replaced = false;
    for (Guard* guard = first_; guard != nullptr && !replaced; guard = guard->next) {
      replaced = guard->Replace(address);
    }
    Unlock();
    return replaced;
  }

 private:
  void Lock() {
    while (lock_.test_and_set(std::memory_order_acquire)) {
    }
  }
  void Unlock() { lock_.clear(std::memory_order_release); }

  std::atomic_flag lock_ = ATOMIC_FLAG_INIT;
  Guard* first_ = nullptr;
};

constinit Guards guards;
struct sigaction before;

void PassOn(int signal, siginfo_t* info, void* context) {
  if (before.sa_flags & SA_SIGINFO) {
    before.sa_sigaction(signal, info, context);
  } else if (before.sa_handler == SIG_DFL || before.sa_handler == SIG_IGN) {
    // An access that faults again ends the process, as it would have; what was sent is sent again.
    const bool sent = info->si_code <= 0;
    if (sent && before.sa_handler == SIG_IGN) return;
    ::signal(signal, SIG_DFL);
    if (sent) raise(signal);
  } else {
    before.sa_handler(signal);
    // It knows no address: what faulted does so again, and must not for ever.
    if (info->si_code > 0) ::signal(signal, SIG_DFL);
  }
}

void OnBusError(int signal, siginfo_t* info, void* context) {
  const int error = errno;
  // A code above 0 is the kernel's: there is an address.
  const bool replaced =
      info->si_code > 0 && guards.Replace(reinterpret_cast<uintptr_t>(info->si_addr));
  errno = error;
  if (!replaced) PassOn(signal, info, context);
}

bool IsNone(const struct sigaction& action) {
  return !(action.sa_flags & SA_SIGINFO) &&
         (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN);
}

/// Installs the handler where it never was, or was taken away. Another one that came on top stays:
/// it passes on to ours, and were it called by ours in turn, none would ever end.
void Install() {
  static std::mutex mutex;
  static bool installed = false;
  const std::lock_guard lock(mutex);
  struct sigaction now;
  if (sigaction(SIGBUS, nullptr, &now) != 0) return;
  const bool restored = now.sa_handler == before.sa_handler;
  if (installed && !IsNone(now) && !restored) return;
  before = now;
  struct sigaction action = {};
  action.sa_sigaction = OnBusError;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigemptyset(&action.sa_mask);
  installed = sigaction(SIGBUS, &action, nullptr) == 0;
}

}  // namespace

Guard::Guard(std::span<uint8_t> memory, size_t unit)
    : memory_(memory), unit_(unit), intact_(memory.size()) {
  Install();
  guards.Add(*this);
}

Guard::~Guard() { guards.Remove(*this); }

bool Guard::Replace(uintptr_t address) {
  const size_t offset = address - reinterpret_cast<uintptr_t>(memory_.data());
  if (offset >= memory_.size()) return false;
  const size_t begin = offset / unit_ * unit_;
  // Before the access can go on.
  size_t intact = intact_.load(std::memory_order_relaxed);
  while (begin < intact && !intact_.compare_exchange_weak(intact, begin)) {
  }
  // A mapping can be in so many parts, of the process and of the system (vm.max_map_count).
  constexpr size_t kAlone = 64;
  const auto unit = memory_.subspan(begin, unit_);
  const auto rest = memory_.subspan(intact_.load(std::memory_order_relaxed));
  constexpr int kProtection = PROT_READ | PROT_WRITE;
  if (++replaced_ <= kAlone && MapZeros(unit, kProtection)) return true;
  // At least for who reads, where memory that can be written has to be there.
  return MapZeros(rest, kProtection) || MapZeros(rest, PROT_READ);
}

}  // namespace datamover::pmem

#else

namespace datamover::pmem {

Guard::~Guard() = default;

}  // namespace datamover::pmem

#endif
