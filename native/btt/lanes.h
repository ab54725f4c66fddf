#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

namespace datamover::btt {

/// Who has which lane. Owners are numbers from 1 on: one for each thread that works on the device.
class Lanes {
 public:
  /// For so long the next lane is left to an owner that waits. One that does not say so again has
  /// given up, or its event loop stands still, and nobody else shall wait for that.
  static constexpr std::chrono::milliseconds kPatience{10};

  explicit Lanes(uint32_t count)
      : count_(count), owners_(std::make_unique<std::atomic<uint32_t>[]>(count)) {}

  uint32_t count() const { return count_; }

  /// Whether the owner may take a lane now: an owner that waits for one goes before all others, so
  /// that nobody starves beside those who give a lane back and take it again.
  bool MayTake(uint32_t owner) const {
    const uint64_t waiting = waiting_.load(std::memory_order_relaxed);
    return waiting == 0 || OwnerOf(waiting) == owner || IsPast(waiting);
  }
  /// False: someone has it.
  bool Take(uint32_t lane, uint32_t owner) {
    uint32_t nobody = 0;
    return owners_[lane].load(std::memory_order_relaxed) == 0 &&
           owners_[lane].compare_exchange_strong(nobody, owner);
  }
  bool Has(uint32_t lane, uint32_t owner) const {
    return lane < count_ && owners_[lane].load(std::memory_order_relaxed) == owner;
  }
  void Release(uint32_t lane) { owners_[lane].store(0); }

  /// Nobody has the lane again: a device may still write to its block.
  void Retire(uint32_t lane) { owners_[lane].store(kRetired); }
  bool IsRetired(uint32_t lane) const {
    return owners_[lane].load(std::memory_order_relaxed) == kRetired;
  }
  /// A commit has the lane, and releases it, also when its owner is gone.
  void GiveToCommit(uint32_t lane) { owners_[lane].store(kCommit); }

  /// The owner waits, unless another does already.
  void Wait(uint32_t owner) {
    uint64_t waiting = waiting_.load(std::memory_order_relaxed);
    if (!MayTake(owner)) return;
    waiting_.compare_exchange_strong(waiting, uint64_t{owner} << 32 | Now());
  }
  void WaitNoMore(uint32_t owner) {
    uint64_t waiting = waiting_.load(std::memory_order_relaxed);
    if (OwnerOf(waiting) == owner) waiting_.compare_exchange_strong(waiting, 0);
  }

 private:
  /// In milliseconds, modulo 2^32.
  static uint32_t Now() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<uint32_t>(std::chrono::floor<std::chrono::milliseconds>(now).count());
  }
  static uint32_t OwnerOf(uint64_t waiting) { return static_cast<uint32_t>(waiting >> 32); }
  static bool IsPast(uint64_t waiting) {
    return Now() - static_cast<uint32_t>(waiting) > kPatience.count();
  }

  static constexpr uint32_t kCommit = 0xffff'ffff;
  static constexpr uint32_t kRetired = 0xffff'fffe;

  const uint32_t count_;
  const std::unique_ptr<std::atomic<uint32_t>[]> owners_;
  std::atomic<uint64_t> waiting_{0};  // who, and since when; 0: nobody
};

}  // namespace datamover::btt
