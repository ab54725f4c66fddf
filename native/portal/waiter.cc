#include "portal/waiter.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "portal/cpu.h"
#include "portal/instructions.h"

namespace datamover::portal {

namespace {

constexpr uint32_t kPauseRounds = 64;
constexpr uint32_t kPausesPerRound = 32;

/// Rounds in a monitored sleep; then the answer is late, and the core is given up.
constexpr uint32_t kMonitorRounds = 256;
/// Of the time-stamp counter: half of the limit that Linux sets by default.
constexpr uint64_t kMonitorTicks = 50'000;

constexpr auto kShortestSleep = std::chrono::microseconds(5);
constexpr auto kLongestSleep = std::chrono::milliseconds(1);

/// An answer is noticed late by at most this part of the time that it took.
constexpr int kLate = 8;

}  // namespace

void Backoff::Wait(const volatile uint8_t* watched) {
  const uint32_t round = round_++;
  if (Cpu().waitpkg && watched && round < kMonitorRounds) {
    Umonitor(watched);
    if (*watched == 0) Umwait(Rdtsc() + kMonitorTicks);
    return;
  }
  if (kHasInstructions && round < kPauseRounds) {
    for (uint32_t i = 0; i < kPausesPerRound; ++i) Pause();
    return;
  }
  const auto sleep =
      std::clamp<std::chrono::nanoseconds>(slept_ / kLate, kShortestSleep, kLongestSleep);
  std::this_thread::sleep_for(sleep);
  slept_ += sleep;
}

}  // namespace datamover::portal
