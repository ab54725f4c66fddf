#include "btt/flog.h"

#include <iterator>

#include "btt/words.h"

namespace datamover::btt {

namespace {

bool IsBlank(const FlogEntry& entry) {
  return (entry.lba | entry.old_map | entry.new_map | entry.seq) == 0;
}

uint32_t Read(const uint32_t& word) { return Word(word).load(std::memory_order_relaxed); }

FlogSlot Copy(const FlogSlot& slot) {
  FlogSlot copy;
  for (size_t i = 0; i < std::size(copy.entries); ++i) {
    const FlogEntry& entry = slot.entries[i];
    copy.entries[i] = {Read(entry.lba), Read(entry.old_map), Read(entry.new_map), Read(entry.seq)};
  }
  return copy;
}

}  // namespace

std::vector<FlogSlot> CopySlots(std::span<const FlogSlot> flog) {
  std::vector<FlogSlot> slots;
  slots.reserve(flog.size());
  for (const FlogSlot& slot : flog) slots.push_back(Copy(slot));
  return slots;
}

std::optional<FlogIndices> FindIndices(std::span<const FlogSlot> slots) {
  bool adjacent = false, apart = false;
  for (const FlogSlot& slot : slots) {
    adjacent |= !IsBlank(slot.entries[1]);
    apart |= !IsBlank(slot.entries[2]);
    if (!IsBlank(slot.entries[3])) return std::nullopt;
  }
  if (adjacent && apart) return std::nullopt;
  return FlogIndices{0, static_cast<uint8_t>(apart ? 2 : 1)};
}

std::optional<LaneState> ReadSlot(const FlogSlot& slot, FlogIndices indices, const Info& info) {
  const FlogEntry& first = slot.entries[indices.first];
  const FlogEntry& second = slot.entries[indices.second];
  // A number that was written twice says nothing of which is newer.
  if (first.seq > 3 || second.seq > 3 || first.seq == second.seq) return std::nullopt;
  const bool second_is_newer =
      first.seq == 0 || (second.seq != 0 && NextSequence(first.seq) == second.seq);
  const FlogEntry& newer = second_is_newer ? second : first;
  const LaneState lane = {
      .free = newer.old_map & map_entry::kBlock,
      .newer = second_is_newer,
      .seq = newer.seq,
      .lba = newer.lba,
      .block = newer.new_map & map_entry::kBlock,
  };
  const bool fits = lane.free < info.internal_nlba && lane.block < info.internal_nlba;
  // Before its first write, an entry names no block of the map.
  if (!fits || (lane.block != lane.free && lane.lba >= info.external_nlba)) return std::nullopt;
  return lane;
}

}  // namespace datamover::btt
