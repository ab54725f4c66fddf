#include "btt/check.h"

#include <cstring>
#include <utility>

#include "btt/find.h"
#include "btt/flog.h"

namespace datamover::btt {

namespace {

constexpr size_t kMost = 50;

class Problems {
 public:
  void Add(size_t arena, const std::string& what) {
    if (texts_.size() < kMost) texts_.push_back("arena " + std::to_string(arena) + ": " + what);
  }
  std::vector<std::string> Take() { return std::move(texts_); }

 private:
  std::vector<std::string> texts_;
};

/// One arena of an image at rest.
class ArenaCheck {
 public:
  ArenaCheck(const uint8_t* base, const Info& info, size_t number, Problems& problems)
      : base_(base), info_(info), number_(number), problems_(problems) {}

  void Run() {
    CheckInfo();
    named_.assign(info_.internal_nlba, false);
    std::vector<uint32_t> map(info_.external_nlba);
    std::memcpy(map.data(), base_ + info_.mapoff, map.size() * sizeof(uint32_t));
    CheckFlog(map);
    for (uint32_t lba = 0; lba < info_.external_nlba; ++lba) {
      const uint32_t entry = map_entry::Resolve(map[lba], lba);
      Name(entry & map_entry::kBlock, "map entry", lba);
    }
    for (uint32_t block = 0; block < info_.internal_nlba; ++block) {
      if (!named_[block]) Report("block " + std::to_string(block) + " is named nowhere");
    }
  }

 private:
  void CheckInfo() {
    if ((info_.flags & kArenaError) != 0) Report("its error flag is set");
    for (const uint64_t at : {uint64_t{0}, info_.infooff}) {
      if (std::memcmp(base_ + at, &info_, sizeof info_) == 0) continue;
      Report(at == 0 ? "its info block is damaged" : "its second info block differs");
    }
  }

  /// Finishes in `map` what recovery would finish.
  void CheckFlog(std::span<uint32_t> map) {
    std::vector<FlogSlot> slots(info_.nfree);
    std::memcpy(slots.data(), base_ + info_.flogoff, slots.size() * sizeof(FlogSlot));
    const auto indices = FindIndices(slots);
    if (!indices) return Report("the entries of the flog do not agree on where they stand");
    for (uint32_t lane = 0; lane < info_.nfree; ++lane) {
      const auto state = ReadSlot(slots[lane], *indices, info_);
      if (!state) {
        Report("flog entry " + std::to_string(lane) + " makes no sense");
        continue;
      }
      if (state->lba < info_.external_nlba && IsUnfinished(*state, map[state->lba])) {
        map[state->lba] = state->block | map_entry::kNormal;
      }
      Name(state->free, "flog entry", lane);
    }
  }

  void Name(uint32_t block, const char* by, uint32_t index) {
    const bool exists = block < info_.internal_nlba;
    if (exists && !named_[block]) {
      named_[block] = true;
      return;
    }
    const std::string what = std::string(by) + ' ' + std::to_string(index) + " names block ";
    const char* const wrong = exists ? ", which another names, too" : ", which there is not";
    Report(what + std::to_string(block) + wrong);
  }

  void Report(const std::string& what) { problems_.Add(number_, what); }

  const uint8_t* const base_;
  const Info info_;
  const size_t number_;
  Problems& problems_;
  std::vector<bool> named_;
};

}  // namespace

bool IsConsistent(const uint8_t* base, const Info& info) {
  Problems problems;
  ArenaCheck(base, info, 0, problems).Run();
  return problems.Take().empty();
}

std::vector<std::string> Check(std::span<const uint8_t> image, uint64_t arena_bytes) {
  Problems problems;
  for (size_t number = 0;; ++number) {
    const auto info = FindInfo(image, arena_bytes);
    if (!info) {
      problems.Add(number, "it has no info block that is whole");
      break;
    }
    ArenaCheck(image.data(), *info, number, problems).Run();
    if (info->nextoff == 0) break;
    image = image.subspan(info->nextoff);
  }
  return problems.Take();
}

}  // namespace datamover::btt
