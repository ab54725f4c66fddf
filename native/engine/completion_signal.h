#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <utility>

namespace datamover::engine {

/// Wakes one sleeping poller, once, when any of its jobs completes.
///
/// The poller calls Sleep() or Arm(), looks at its completion records once more, and only then
/// sleeps. An engine publishes records, then calls Notify(). All exchange the same word, so one
/// comes first: the engine, and the poller's exchange acquires the records that were published
/// before; or the poller, and Notify() finds the sleeper. A wake-up cannot be lost, and none is
/// spent on a poller that is awake.
class CompletionSignal {
 public:
  /// `wake` ends a Sleep(). It is called from engine threads; it must not block.
  explicit CompletionSignal(std::function<void()> wake) : wake_(std::move(wake)) {}

  /// The next Notify() calls `wake`.
  void Sleep() { Exchange(Sleeper::kLoop); }

  /// The next Notify() ends the Block() that follows.
  void Arm() { Exchange(Sleeper::kThread); }

  void Awake() { Exchange(Sleeper::kNone); }

  /// After Arm(): returns true once notified, false when the time has passed. Disarms.
  bool Block(std::chrono::nanoseconds time) {
    std::unique_lock lock(mutex_);
    notified_.wait_for(lock, time, [this] {
      return sleeper_.load(std::memory_order_relaxed) != Sleeper::kThread;
    });
    return Exchange(Sleeper::kNone) != Sleeper::kThread;
  }

  void Notify() {
    const Sleeper sleeper = Exchange(Sleeper::kNone);
    if (sleeper == Sleeper::kLoop) wake_();
    if (sleeper == Sleeper::kThread) Release();
  }

 private:
  enum class Sleeper { kNone, kLoop, kThread };

  // Never a plain store: it would break the chain by which the next exchange acquires the records.
  Sleeper Exchange(Sleeper sleeper) {
    return sleeper_.exchange(sleeper, std::memory_order_acq_rel);
  }

  // Once the mutex was free, the thread waits or has yet to look at the word. One that comes late,
  // into the Block() of a later Arm(), ends nothing: the word is what that waits for.
  void Release() {
    { const std::lock_guard lock(mutex_); }
    notified_.notify_one();
  }

  std::atomic<Sleeper> sleeper_{Sleeper::kNone};
  std::function<void()> wake_;
  std::mutex mutex_;
  std::condition_variable notified_;
};

}  // namespace datamover::engine
