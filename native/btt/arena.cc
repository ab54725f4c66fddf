#include "btt/arena.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "btt/check.h"

namespace datamover::btt {

Arena::Arena(uint8_t* base, const Info& info, Medium& medium)
    : base_(base),
      info_(info),
      lanes_(std::make_unique<Lane[]>(info.nfree)),
      reading_(std::make_unique<std::atomic<uint32_t>[]>(info.nfree)),
      locks_(std::make_unique<SpinLock[]>(info.nfree)),
      failed_((info.flags & kArenaError) != 0) {
  for (uint32_t lane = 0; lane < info_.nfree; ++lane) reading_[lane] = kNothing;
  for (Info* block : {&primary(), &backup()}) {
    if (std::memcmp(block, &info_, sizeof info_) == 0) continue;
    if (WriteInfo(*block, info_, medium) != 0) failed_ = true;
  }
  if (!failed_ && !(Recover(medium) && IsConsistent(base_, info_))) Fail(medium);
}

bool Arena::Recover(Medium& medium) {
  const std::vector<FlogSlot> slots = CopySlots(flog());
  const auto indices = FindIndices(slots);
  if (!indices) return false;
  indices_ = *indices;
  for (uint32_t lane = 0; lane < info_.nfree; ++lane) {
    const auto state = ReadSlot(slots[lane], indices_, info_);
    if (!state || !Finish(*state, medium)) return false;
    lanes_[lane] = {state->free, state->newer, state->seq};
  }
  return LanesDiffer();
}

bool Arena::Finish(const LaneState& lane, Medium& medium) {
  if (lane.lba >= info_.external_nlba) return true;
  uint32_t& entry = map()[lane.lba];
  if (!IsUnfinished(lane, entry)) return true;
  medium.Store(&entry, lane.block | map_entry::kNormal);
  return medium.Flush(&entry, sizeof entry) == 0 && medium.Drain() == 0;
}

bool Arena::LanesDiffer() const {
  std::vector<uint32_t> blocks(info_.nfree);
  for (uint32_t lane = 0; lane < info_.nfree; ++lane) blocks[lane] = lanes_[lane].free;
  std::ranges::sort(blocks);
  return std::ranges::adjacent_find(blocks) == blocks.end();
}

uint32_t Arena::BeginRead(uint32_t lane, uint32_t lba) {
  const auto& word = Word(map()[lba]);
  uint32_t entry = word.load();
  while ((entry & map_entry::kFlags) == map_entry::kNormal) {
    // Stored before the entry is looked at again: whoever replaces it looks at this afterwards.
    reading_[lane].store(entry & map_entry::kBlock);
    const uint32_t now = word.load();
    if (now == entry) return entry;
    entry = now;
  }
  EndRead(lane);
  return entry;
}

bool Arena::IsRead(uint32_t lane) const {
  const uint32_t block = lanes_[lane].free;
  for (uint32_t reader = 0; reader < info_.nfree; ++reader) {
    if (reading_[reader].load() == block) return true;
  }
  return false;
}

void Arena::Fail(Medium& medium) {
  if (failed_.exchange(true)) return;
  Info marked = info_;
  marked.flags |= kArenaError;
  marked.checksum = Checksum(marked);
  // Where it cannot be written, it holds for as long as the image is open.
  if (WriteInfo(primary(), marked, medium) == 0) WriteInfo(backup(), marked, medium);
}

}  // namespace datamover::btt
