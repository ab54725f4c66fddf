#pragma once

#include <atomic>

#include "btt/medium.h"

namespace datamover::btt {

/// Held for the few stores of a commit. Never across a return to JavaScript.
class SpinLock {
 public:
  void Lock(Medium& medium) {
    while (held_.exchange(true, std::memory_order_acquire)) medium.Pause();
  }
  void Unlock() { held_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool> held_{false};
};

}  // namespace datamover::btt
