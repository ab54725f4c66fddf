#pragma once

#include <chrono>
#include <cstdint>

namespace datamover::portal {

/// Waits between two looks at completion records: briefly at first, since most answers come within
/// microseconds, then longer and longer, so that a thread which waits costs next to nothing.
class Backoff {
 public:
  /// @param watched the status byte that will most likely change next, or null. Where the CPU can
  /// watch it, the wait ends when it does; it is not watched once it is not 0.
  void Wait(const volatile uint8_t* watched = nullptr);
  /// There was an answer.
  void Reset() { *this = {}; }

 private:
  uint32_t round_ = 0;
  std::chrono::nanoseconds slept_{0};
};

}  // namespace datamover::portal
