#include "engine/completion_signal.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "check.h"

namespace datamover::test {
namespace {

using engine::CompletionSignal;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

/// An event loop's part: it sleeps until the signal's wake function was called.
class Loop {
 public:
  void Wake() {
    {
      const std::lock_guard lock(mutex_);
      wake_ = true;
    }
    woken_.notify_one();
  }

  bool Sleep() {
    std::unique_lock lock(mutex_);
    const bool woken = woken_.wait_for(lock, 10s, [this] { return wake_; });
    wake_ = false;
    return woken;
  }

  /// A wake-up left over from a round that was seen without it would hide that a later one is lost.
  void Forget() {
    const std::lock_guard lock(mutex_);
    wake_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;
};

/// A release that is lost shows in the time alone: at its end the notification counts all the same.
bool BlocksUntilNotified(CompletionSignal& signal) {
  const auto start = steady_clock::now();
  return signal.Block(10s) && steady_clock::now() - start < 9s;
}

/// Publishes rounds to a poller, which sleeps as a thread where `blocks` says so, else as a loop.
void LosesNoWake(int rounds, const std::function<bool(Random&)>& blocks) {
  Loop loop;
  CompletionSignal signal([&] { loop.Wake(); });
  // Both sides come to the same place at slightly different times.
  const auto dawdle = [](Random& random) {
    for (volatile uint32_t turns = random.Below(100); turns > 0;) turns = turns - 1;
  };
  // The relaxed counters leave it to the signal to order what is published against the sleep.
  std::atomic<int> published{0}, seen{0};
  std::thread publisher([&] {
    Random random(3);
    for (int round = 1; round <= rounds; ++round) {
      dawdle(random);
      published.store(round, std::memory_order_relaxed);
      signal.Notify();
      for (int spins = 0; seen.load(std::memory_order_relaxed) < round; ++spins) {
        if (spins > 1000) std::this_thread::yield();
      }
    }
  });
  Random random(5);
  bool lost = false;
  for (int round = 1; round <= rounds; ++round) {
    loop.Forget();
    while (published.load(std::memory_order_relaxed) < round && !lost) {
      const bool block = blocks(random);
      if (block) {
        signal.Arm();
      } else {
        signal.Sleep();
      }
      if (published.load(std::memory_order_relaxed) >= round) {
        signal.Awake();
        break;
      }
      lost = block ? !BlocksUntilNotified(signal) : !loop.Sleep();
    }
    dawdle(random);
    seen.store(round, std::memory_order_relaxed);
  }
  publisher.join();
  Check(!lost, "a published round did not wake the poller");
}

const Register wakes_sleepers_once("completion signal: one wake-up for a sleeper, none else", [] {
  int wakes = 0;
  CompletionSignal signal([&] { ++wakes; });
  signal.Notify();
  Equal(wakes, 0, "nobody sleeps yet");
  signal.Sleep();
  signal.Notify();
  signal.Notify();
  Equal(wakes, 1, "two notifications of one sleeper");
  signal.Sleep();
  signal.Awake();
  signal.Notify();
  Equal(wakes, 1, "awake again");
});

const Register blocks_until_notified("completion signal: a thread blocks until notified", [] {
  int wakes = 0;
  CompletionSignal signal([&] { ++wakes; });
  signal.Arm();
  std::atomic<bool> notified{false};
  std::thread engine([&] {
    std::this_thread::sleep_for(5ms);
    notified = true;
    signal.Notify();
  });
  Check(BlocksUntilNotified(signal), "not notified");
  Check(notified, "returned before");
  engine.join();
  signal.Arm();
  signal.Notify();
  Check(BlocksUntilNotified(signal), "notified before it blocked");
  Equal(wakes, 0, "the loop did not sleep");
});

const Register blocks_for_a_time("completion signal: a thread blocks no longer than asked", [] {
  CompletionSignal signal([] {});
  signal.Arm();
  Check(!signal.Block(0ns), "no time");
  signal.Arm();
  const auto start = steady_clock::now();
  Check(!signal.Block(5ms), "not notified");
  Check(steady_clock::now() - start >= 5ms, "too early");
});

const Register ends_no_later_block("completion signal: a notification ends no later block", [] {
  CompletionSignal signal([] {});
  const auto still_blocks = [&](const char* what) {
    signal.Arm();
    const auto start = steady_clock::now();
    Check(!signal.Block(2ms), what);
    Check(steady_clock::now() - start >= 2ms, what);
  };
  signal.Notify();
  still_blocks("nobody was armed");
  signal.Arm();
  signal.Notify();
  still_blocks("armed and not blocked");
  signal.Arm();
  signal.Notify();
  signal.Awake();
  still_blocks("armed and awake again");
  signal.Arm();
  signal.Block(0ns);
  signal.Notify();
  still_blocks("timed out before");
  signal.Sleep();
  signal.Notify();
  still_blocks("the loop was woken");
});

const Register last_sleeper_counts("completion signal: the sleeper is who slept last", [] {
  int wakes = 0;
  CompletionSignal signal([&] { ++wakes; });
  signal.Sleep();
  signal.Arm();
  signal.Notify();
  Equal(wakes, 0, "the thread took over");
  Check(BlocksUntilNotified(signal), "the thread took over");
  signal.Arm();
  signal.Sleep();
  signal.Notify();
  Equal(wakes, 1, "the loop took over");
});

const Register loses_no_loop_wake("completion signal: no wake-up of a loop is lost",
                                  [] { LosesNoWake(20000, [](Random&) { return false; }); });

const Register loses_no_thread_wake("completion signal: no wake-up of a thread is lost",
                                    [] { LosesNoWake(10000, [](Random&) { return true; }); });

const Register alternates("completion signal: no wake-up is lost between loop and thread", [] {
  LosesNoWake(10000, [](Random& random) { return random.Below(2) == 0; });
});

}  // namespace
}  // namespace datamover::test
