#pragma once

#include <atomic>
#include <functional>
#include <utility>

namespace datamover::engine {

/// Wakes one sleeping poller, once, when any of its jobs completes.
///
/// The poller calls Sleep(), looks at its completion records once more, and only then sleeps. An
/// engine publishes records, then calls Notify(). Both exchange the same word, so one comes first:
/// the engine's, and Sleep() acquires the records that were published before it; or the poller's,
/// and Notify() finds the sleeper. A wake-up cannot be lost, and none is spent on a poller that is
/// awake.
class CompletionSignal {
 public:
  /// `wake` is called from engine threads; it must not block.
  explicit CompletionSignal(std::function<void()> wake) : wake_(std::move(wake)) {}

  void Sleep() { sleeping_.exchange(true, std::memory_order_acq_rel); }

  void Awake() { sleeping_.store(false, std::memory_order_relaxed); }

  void Notify() {
    if (sleeping_.exchange(false, std::memory_order_acq_rel)) wake_();
  }

 private:
  std::atomic<bool> sleeping_{false};
  std::function<void()> wake_;
};

}  // namespace datamover::engine
