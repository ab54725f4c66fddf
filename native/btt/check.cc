#include "btt/check.h"

#include <cstring>
#include <map>
#include <utility>

#include "btt/find.h"
#include "btt/flog.h"
#include "btt/words.h"

namespace datamover::btt {

namespace {

constexpr size_t kMost = 50;

class Problems {
 public:
  explicit Problems(size_t most) : most_(most) {}

  /// Nothing more is looked for: there may be as many as an image has blocks.
  bool full() const { return texts_.size() >= most_; }
  void Add(size_t arena, const std::string& what) {
    if (!full()) texts_.push_back("arena " + std::to_string(arena) + ": " + what);
  }
  std::vector<std::string> Take() { return std::move(texts_); }

 private:
  const size_t most_;
  std::vector<std::string> texts_;
};

/// One arena of an image at rest.
class ArenaCheck {
 public:
  ArenaCheck(const uint8_t* base, const Info& info, size_t number, Problems& problems)
      : base_(base),
        map_(reinterpret_cast<const uint32_t*>(base + info.mapoff)),
        info_(info),
        number_(number),
        problems_(problems) {}

  void Run() {
    CheckInfo();
    named_.assign(info_.internal_nlba, false);
    CheckFlog();
    CheckMap();
    for (uint32_t block = 0; block < info_.internal_nlba && !problems_.full(); ++block) {
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

  uint32_t Entry(uint32_t lba) const { return Word(map_[lba]).load(std::memory_order_relaxed); }

  /// The map may be of gigabytes, and is not copied.
  void CheckMap() {
    auto finished = finished_.begin();
    for (uint32_t lba = 0; lba < info_.external_nlba && !problems_.full(); ++lba) {
      const bool is_next = finished != finished_.end() && finished->first == lba;
      const uint32_t entry = is_next ? (finished++)->second : Entry(lba);
      Name(map_entry::Resolve(entry, lba) & map_entry::kBlock, "map entry", lba);
    }
  }

  void CheckFlog() {
    const auto* const flog = reinterpret_cast<const FlogSlot*>(base_ + info_.flogoff);
    const std::vector<FlogSlot> slots = CopySlots({flog, info_.nfree});
    const auto indices = FindIndices(slots);
    if (!indices) return Report("the entries of the flog do not agree on where they stand");
    for (uint32_t lane = 0; lane < info_.nfree; ++lane) {
      const auto state = ReadSlot(slots[lane], *indices, info_);
      if (!state) {
        Report("flog entry " + std::to_string(lane) + " makes no sense");
        continue;
      }
      if (state->lba < info_.external_nlba) {
        const auto finished = finished_.find(state->lba);
        const uint32_t now = finished != finished_.end() ? finished->second : Entry(state->lba);
        if (IsUnfinished(*state, now)) finished_[state->lba] = state->block | map_entry::kNormal;
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
  const uint32_t* const map_;
  const Info info_;
  const size_t number_;
  Problems& problems_;
  std::map<uint32_t, uint32_t> finished_;  // entries as recovery would write them, by lba
  std::vector<bool> named_;
};

}  // namespace

bool IsConsistent(const uint8_t* base, const Info& info) {
  Problems problems(1);
  ArenaCheck(base, info, 0, problems).Run();
  return problems.Take().empty();
}

std::vector<std::string> Check(std::span<const uint8_t> image, uint64_t arena_bytes) {
  Problems problems(kMost);
  for (size_t number = 0; !problems.full(); ++number) {
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
