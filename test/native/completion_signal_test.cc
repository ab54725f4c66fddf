#include "engine/completion_signal.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "check.h"

namespace datamover::test {
namespace {

using engine::CompletionSignal;

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

const Register loses_no_wake("completion signal: no wake-up is lost", [] {
  constexpr int kRounds = 20000;
  std::mutex mutex;
  std::condition_variable woken;
  bool wake = false;
  CompletionSignal signal([&] {
    {
      const std::lock_guard lock(mutex);
      wake = true;
    }
    woken.notify_one();
  });
  // Both sides come to the same place at slightly different times.
  const auto dawdle = [](Random& random) {
    for (volatile uint32_t turns = random.Below(100); turns > 0;) turns = turns - 1;
  };
  // The relaxed counters leave it to the signal to order what is published against the sleep.
  std::atomic<int> published{0}, seen{0};
  std::thread publisher([&] {
    Random random(3);
    for (int round = 1; round <= kRounds; ++round) {
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
  for (int round = 1; round <= kRounds; ++round) {
    {
      // Left over from a round that was seen without it; it would hide that this one's is lost.
      const std::lock_guard lock(mutex);
      wake = false;
    }
    while (published.load(std::memory_order_relaxed) < round && !lost) {
      signal.Sleep();
      if (published.load(std::memory_order_relaxed) >= round) {
        signal.Awake();
        break;
      }
      std::unique_lock lock(mutex);
      lost = !woken.wait_for(lock, std::chrono::seconds(10), [&] { return wake; });
      wake = false;
    }
    dawdle(random);
    seen.store(round, std::memory_order_relaxed);
  }
  publisher.join();
  Check(!lost, "a published round did not wake the poller");
});

}  // namespace
}  // namespace datamover::test
