#include "btt/commit.h"

#include <algorithm>
#include <cerrno>
#include <functional>
#include <new>
#include <vector>

namespace datamover::btt {

namespace {

using Kind = Change::Kind;

struct Step {
  Change* change;
  Arena* arena;
  uint32_t lba;
  uint32_t turn = 0;  // how many changes with the same lock come before
  uint32_t old = 0;   // resolved entry of the map, and the one that replaces it
  uint32_t now = 0;
  bool moot = false;  // the map says so already

  bool writes() const {
    return change->kind == Kind::kWrite || change->kind == Kind::kWriteToFlush;
  }
  SpinLock& lock() const { return arena->lock(lba); }
  Lane& lane() const { return arena->lane(change->lane); }
  /// The entry of the flog that does not count.
  FlogEntry& entry() const { return arena->entry(change->lane, lane().newer ^ 1); }
};

/// Changes whose locks are held, and differ.
class Round {
 public:
  Round(std::span<Step> steps, Medium& medium) : steps_(steps), medium_(medium) {}

  void Run() {
    for (Step& step : steps_) step.lock().Lock(medium_);
    Prepare();
    bool published = false;
    int error = Drained(&Round::LogOld);
    if (error == 0) {
      published = true;
      error = Drained(&Round::LogNew);
    }
    if (error == 0) error = Drained(&Round::Map);
    if (error == 0 && !medium_.Holds()) error = EIO;
    for (Step& step : steps_) {
      if (error != 0) step.change->error = step.change->error != 0 ? step.change->error : error;
      // What has come of it is not known, and will be found when the image is opened again.
      if (error != 0 && published) step.arena->Fail(medium_);
      if (error == 0) Advance(step);
    }
    for (Step& step : steps_) step.lock().Unlock();
  }

 private:
  using Do = int (Round::*)(const Step&);

  void Prepare() {
    for (Step& step : steps_) {
      const uint32_t entry = Word(step.arena->map()[step.lba]).load();
      step.old = map_entry::Resolve(entry, step.lba);
      const uint32_t block = step.old & map_entry::kBlock;
      if (block >= step.arena->info().internal_nlba) step.arena->Fail(medium_);
      if (step.arena->failed()) {
        step.change->error = EROFS;
      } else if (step.writes()) {
        step.now = step.lane().free | map_entry::kNormal;
      } else {
        const bool zero = step.change->kind == Kind::kZero;
        step.now = block | (zero ? map_entry::kZero : map_entry::kError);
        step.moot = entry == step.now || (zero && entry == 0);
      }
    }
  }

  /// Does it to all that has not failed, and waits until that is durable.
  int Drained(Do act) {
    int error = 0;
    for (const Step& step : steps_) {
      if (step.change->error == 0 && !step.moot && error == 0) error = (this->*act)(step);
    }
    return error != 0 ? error : medium_.Drain();
  }

  int Log(FlogEntry& entry, uint32_t* pair, uint32_t low, uint32_t high) {
    medium_.Store(reinterpret_cast<uint64_t*>(pair), uint64_t{high} << 32 | low);
    return medium_.Flush(&entry, sizeof entry);
  }

  int LogOld(const Step& step) {
    if (!step.writes()) return 0;
    return Log(step.entry(), &step.entry().lba, step.lba, step.old);
  }

  int LogNew(const Step& step) {
    if (!step.writes()) return 0;
    return Log(step.entry(), &step.entry().new_map, step.now, NextSequence(step.lane().seq));
  }

  int Map(const Step& step) {
    uint32_t& entry = step.arena->map()[step.lba];
    medium_.Store(&entry, step.now);
    return medium_.Flush(&entry, sizeof entry);
  }

  /// The lane has what was replaced to write to next.
  static void Advance(const Step& step) {
    if (!step.writes() || step.change->error != 0) return;
    Lane& lane = step.lane();
    lane = {.free = step.old & map_entry::kBlock,
            .newer = static_cast<uint8_t>(lane.newer ^ 1),
            .seq = NextSequence(lane.seq)};
  }

  const std::span<Step> steps_;
  Medium& medium_;
};

/// An errno; 0: none.
int FlushData(std::span<const Step> steps, Medium& medium) {
  int error = 0;
  bool any = false;
  for (const Step& step : steps) {
    if (step.change->kind != Kind::kWriteToFlush || error != 0) continue;
    const uint8_t* const data = step.arena->data(step.lane().free);
    error = medium.Flush(data, step.arena->info().external_lbasize);
    any = true;
  }
  return error != 0 || !any ? error : medium.Drain();
}

/// Sorts the steps into rounds, each in the order of its locks: as all take them in one order, none
/// waits for another that waits for it.
std::vector<std::span<Step>> Rounds(std::span<Step> steps) {
  const auto lock = [](const Step& step) { return &step.lock(); };
  std::ranges::stable_sort(steps, std::less<>(), lock);
  for (size_t i = 1; i < steps.size(); ++i) {
    if (lock(steps[i]) == lock(steps[i - 1])) steps[i].turn = steps[i - 1].turn + 1;
  }
  std::ranges::stable_sort(steps, {}, &Step::turn);
  std::vector<std::span<Step>> rounds;
  while (!steps.empty()) {
    const auto end = std::ranges::upper_bound(steps, steps.front().turn, {}, &Step::turn);
    const auto count = static_cast<size_t>(end - steps.begin());
    rounds.push_back(steps.first(count));
    steps = steps.subspan(count);
  }
  return rounds;
}

void MakeDurable(Device& device, std::span<Change> changes, Medium& medium) {
  std::vector<Step> steps;
  steps.reserve(changes.size());
  for (Change& change : changes) {
    const auto [arena, lba] = device.Find(change.block);
    steps.push_back({&change, &arena, lba});
  }
  const int error = FlushData(steps, medium);
  for (Change& change : changes) change.error = error;
  if (error == 0) {
    for (const std::span<Step> round : Rounds(steps)) Round(round, medium).Run();
  }
}

}  // namespace

void Commit(Device& device, std::span<Change> changes, Medium& medium) {
  try {
    MakeDurable(device, changes, medium);
  } catch (const std::bad_alloc&) {
    // Nothing is allocated once the first round has begun.
    for (Change& change : changes) change.error = ENOMEM;
  }
  for (const Change& change : changes) device.Release(change.lane);
}

}  // namespace datamover::btt
