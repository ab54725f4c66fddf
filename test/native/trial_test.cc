#include "portal/trial.h"

#include "check.h"
#include "portal/cpu.h"
#include "portal/instructions.h"

#if defined(__linux__)

#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>

namespace datamover::test {
namespace {

thread_local sigjmp_buf recovery;
std::atomic<int> installed = 0;
std::atomic<int> mistaken = 0;

template <int kWhich>
void Recover(int, siginfo_t*, void*) {
  if (installed != kWhich) ++mistaken;
  siglongjmp(recovery, 1);
}

void Install(int which) {
  struct sigaction action = {};
  action.sa_sigaction = which == 0 ? Recover<0> : Recover<1>;
  action.sa_flags = SA_SIGINFO;
  installed = which;
  sigaction(SIGSEGV, &action, nullptr);
}

/// A thread that faults again and again, and has a handler for that, as one has whose WebAssembly
/// reaches beyond its memory.
class Faulting {
 public:
  ~Faulting() {
    Pause();
    ended_ = true;
    paused_ = false;
    thread_.join();
    munmap(nowhere_, kPage);
  }
  void Pause() {
    paused_ = true;
    while (!pauses_) std::this_thread::yield();
  }
  void Resume() {
    const uint32_t before = faults_;
    paused_ = false;
    while (faults_ == before) std::this_thread::yield();
  }

 private:
  static constexpr size_t kPage = 4096;

  void Run() {
    while (!ended_) {
      pauses_ = paused_.load();
      if (pauses_) {
        std::this_thread::yield();
        continue;
      }
      if (sigsetjmp(recovery, 1) == 0) (void)*static_cast<volatile uint8_t*>(nowhere_);
      ++faults_;
    }
  }

  void* const nowhere_ = mmap(nullptr, kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  std::atomic<uint32_t> faults_ = 0;
  std::atomic<bool> paused_ = true, pauses_ = false, ended_ = false;
  std::thread thread_{[this] { Run(); }};
};

const Register beside(
    "faults of other threads go to their handler while instructions are tried", [] {
      if (!portal::kHasInstructions || portal::Cpu().enqcmd) {
        std::printf("skip trying instructions: the CPU has none, or has them for certain\n");
        return;
      }
      struct sigaction before;
      sigaction(SIGSEGV, nullptr, &before);
      alignas(64) uint8_t page[64] = {};
      {
        Faulting faulting;
        // Handlers change places in less than a microsecond.
        for (int attempt = 0; attempt < 10'000 && mistaken == 0; ++attempt) {
          faulting.Pause();
          Install(attempt % 2);
          faulting.Resume();
          portal::InstructionWorks(false, page);
        }
      }
      sigaction(SIGSEGV, &before, nullptr);
      Equal(mistaken.load(), 0);
    });

}  // namespace
}  // namespace datamover::test

#endif
