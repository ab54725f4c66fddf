#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "btt/flog.h"
#include "btt/layout.h"
#include "btt/medium.h"
#include "btt/spin_lock.h"
#include "btt/words.h"

namespace datamover::btt {

/// What a lane does next in an arena. Whoever has the lane has it alone.
struct Lane {
  uint32_t free;  // the block that it writes to
  uint8_t newer;  // which of its two flog entries counts
  uint32_t seq;   // of that entry
};

/// An arena of an open image, and what is known of it beside.
class Arena {
 public:
  /// Recovers what a crash left, and corrects an info block that is harmed. An arena that cannot be
  /// recovered, or contradicts itself even then, has failed: it can be read.
  ///
  /// @param base of the arena, aligned to 4096
  /// @param info the valid one of its info blocks
  Arena(uint8_t* base, const Info& info, Medium& medium);

  const Info& info() const { return info_; }
  uint8_t* base() const { return base_; }
  uint8_t* data(uint32_t block) const {
    return base_ + info_.dataoff + uint64_t{block} * info_.internal_lbasize;
  }
  std::span<uint32_t> map() const {
    return {reinterpret_cast<uint32_t*>(base_ + info_.mapoff), info_.external_nlba};
  }
  std::span<FlogSlot> flog() const {
    return {reinterpret_cast<FlogSlot*>(base_ + info_.flogoff), info_.nfree};
  }
  FlogEntry& entry(uint32_t lane, uint8_t which) const {
    return flog()[lane].entries[which == 0 ? indices_.first : indices_.second];
  }
  Lane& lane(uint32_t lane) { return lanes_[lane]; }

  /// The entry that the block has now. Where it says that there is data, nobody writes to that
  /// place until EndRead().
  uint32_t BeginRead(uint32_t lane, uint32_t lba);
  void EndRead(uint32_t lane) { reading_[lane].store(kNothing, std::memory_order_release); }
  /// Whether someone still reads the block that the lane would write to.
  bool IsRead(uint32_t lane) const;

  /// Those of the map's entries that share a cache line have one lock.
  SpinLock& lock(uint32_t lba) { return locks_[lba / kEntriesPerLine % info_.nfree]; }

  /// Read only from now on, also when it is opened again.
  void Fail(Medium& medium);
  bool failed() const { return failed_.load(std::memory_order_relaxed); }

 private:
  static constexpr uint32_t kNothing = 0xffff'ffff;
  static constexpr uint32_t kEntriesPerLine = 16;

  Info& primary() const { return *reinterpret_cast<Info*>(base_); }
  Info& backup() const { return *reinterpret_cast<Info*>(base_ + info_.infooff); }

  /// False where the metadata makes no sense or cannot be written.
  bool Recover(Medium& medium);
  bool Finish(const LaneState& lane, Medium& medium);
  /// No two lanes may write to one block.
  bool LanesDiffer() const;

  uint8_t* const base_;
  Info info_;
  FlogIndices indices_;
  std::unique_ptr<Lane[]> lanes_;
  std::unique_ptr<std::atomic<uint32_t>[]> reading_;
  std::unique_ptr<SpinLock[]> locks_;
  std::atomic<bool> failed_;
};

/// Writes an info block and waits until it is durable. An errno; 0: none.
inline int WriteInfo(Info& to, const Info& info, Medium& medium) {
  return StoreBlock(&to, &info, sizeof info, medium);
}

}  // namespace datamover::btt
