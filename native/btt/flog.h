#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "btt/layout.h"

namespace datamover::btt {

/// Which two of the four entries of a slot are used: the first two, or as some kernels have it, the
/// first and the third.
struct FlogIndices {
  uint8_t first = 0;
  uint8_t second = 1;
};

/// A copy whose words were read once each: the image may change beneath.
std::vector<FlogSlot> CopySlots(std::span<const FlogSlot> flog);

/// As the slots show; none where some say this and some that.
std::optional<FlogIndices> FindIndices(std::span<const FlogSlot> slots);

/// What a slot says of its lane.
struct LaneState {
  uint32_t free;   // the block that the lane writes next
  uint8_t newer;   // 0 or 1: which of the two entries counts
  uint32_t seq;    // of that entry
  uint32_t lba;    // of the last write
  uint32_t block;  // that it wrote to; `free` where there was none
};

/// None where the slot makes no sense.
///
/// @param slot of CopySlots()
std::optional<LaneState> ReadSlot(const FlogSlot& slot, FlogIndices indices, const Info& info);

/// Whether the map still has to be told of the lane's last write.
inline bool IsUnfinished(const LaneState& lane, uint32_t entry) {
  const uint32_t now = map_entry::Resolve(entry, lane.lba) & map_entry::kBlock;
  return lane.block != lane.free && now == lane.free;
}

}  // namespace datamover::btt
