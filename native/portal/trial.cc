#include "portal/trial.h"

#if defined(__linux__)

#include <setjmp.h>
#include <signal.h>

#include <array>
#include <cstddef>
#include <mutex>

#include "portal/cpu.h"
#include "portal/instructions.h"

namespace datamover::portal {

namespace {

constexpr std::array<int, 2> kSignals = {SIGILL, SIGSEGV};

thread_local sigjmp_buf* trying = nullptr;
std::array<struct sigaction, kSignals.size()> before;

/// Another thread's fault is none of ours.
void PassOn(int signal, siginfo_t* info, void* context) {
  const struct sigaction& action = before[signal == kSignals[0] ? 0 : 1];
  if (action.sa_flags & SA_SIGINFO) return action.sa_sigaction(signal, info, context);
  if (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN) {
    return action.sa_handler(signal);
  }
  sigaction(signal, &action, nullptr);
}

void Handle(int signal, siginfo_t* info, void* context) {
  if (trying) siglongjmp(*trying, 1);
  PassOn(signal, info, context);
}

/// Whether the function returns, rather than faults.
template <typename Function>
bool Survives(const Function& function) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  struct sigaction ours = {};
  ours.sa_sigaction = Handle;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (size_t i = 0; i < kSignals.size(); ++i) {
    // Asked for first: ours may be called before the call that installs it returns.
    sigaction(kSignals[i], nullptr, &before[i]);
    sigaction(kSignals[i], &ours, nullptr);
  }
  sigjmp_buf here;
  const bool survived = sigsetjmp(here, 1) == 0;
  if (survived) {
    trying = &here;
    function();
  }
  trying = nullptr;
  for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before[i], nullptr);
  return survived;
}

}  // namespace

bool InstructionWorks(bool dedicated, void* page) {
  if (!kHasInstructions) return false;
  if (dedicated ? Cpu().movdir64b : Cpu().enqcmd) return true;
  static const abi::Descriptor nop = {};
  if (!dedicated) return Survives([page] { Enqcmd(page, nop); });
  // Ordinary memory will do.
  static const bool movdir64b = Survives([] {
    static abi::Descriptor target;
    MovDir64B(&target, nop);
  });
  return movdir64b;
}

}  // namespace datamover::portal

#else

namespace datamover::portal {

bool InstructionWorks(bool, void*) { return false; }

}  // namespace datamover::portal

#endif
