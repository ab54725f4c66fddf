#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "btt_log.h"
#include "check.h"

namespace datamover::test {

/// Goes through events as power failures could cut them off. Words that were stored and not yet
/// flushed and fenced hold what they held before, or any of the values stored since: each on its
/// own, which is no less than any cache does.
class Replay {
 public:
  /// Called with the number of events that came before the failure, and the image as it left it.
  /// Whoever changes the image puts it back.
  using Visit = std::function<void(size_t)>;

  /// @param image as it was before the events; it is put back in the end
  Replay(std::span<uint8_t> image, Random& random, Visit visit)
      : image_(image), random_(random), visit_(std::move(visit)) {}

  /// @param states how many to look at after an event, at most
  void Run(const std::vector<Event>& events, const std::function<uint32_t(const Event&)>& states) {
    VisitStates(0, 1);
    for (size_t i = 0; i < events.size(); ++i) {
      Take(events[i]);
      VisitStates(i + 1, states(events[i]));
    }
    for (auto durable = made_durable_.rbegin(); durable != made_durable_.rend(); ++durable) {
      Word(durable->first) = durable->second;
    }
  }

 private:
  /// Values that may or may not have reached memory, and when they were stored.
  using Pending = std::vector<std::pair<uint64_t, uint64_t>>;

  uint64_t& Word(uint64_t word) { return reinterpret_cast<uint64_t*>(image_.data())[word]; }

  void Take(const Event& event) {
    ++now_;
    if (event.kind == Event::Kind::kStore) {
      pending_[event.word].emplace_back(now_, event.value);
    } else if (event.kind == Event::Kind::kFlush) {
      const auto end = pending_.lower_bound(event.word + event.value);
      for (auto at = pending_.lower_bound(event.word); at != end; ++at) {
        flushed_[event.thread].emplace_back(at->first, now_);
      }
    } else if (event.kind == Event::Kind::kFence) {
      for (const auto& [word, time] : flushed_[event.thread]) MakeDurable(word, time);
      flushed_[event.thread].clear();
    }
  }

  void MakeDurable(uint64_t word, uint64_t time) {
    const auto found = pending_.find(word);
    if (found == pending_.end()) return;
    Pending& values = found->second;
    size_t count = 0;
    while (count < values.size() && values[count].first <= time) ++count;
    if (count == 0) return;
    made_durable_.emplace_back(word, Word(word));
    Word(word) = values[count - 1].second;
    values.erase(values.begin(), values.begin() + static_cast<ptrdiff_t>(count));
    if (values.empty()) pending_.erase(found);
  }

  /// All of what is pending reached memory, or none, or some of it: so many of these.
  void VisitStates(size_t events, uint32_t states) {
    if (states == 0) return;
    uint64_t all = 1;
    for (const auto& [word, values] : pending_) {
      all *= values.size() + 1;
      if (all > states) break;
    }
    if (all <= states) {
      for (uint64_t choice = 0; choice < all; ++choice) {
        uint64_t rest = choice;
        Try(events, [&](uint64_t, size_t count) {
          const uint64_t taken = rest % (count + 1);
          rest /= count + 1;
          return taken;
        });
      }
      return;
    }
    Try(events, [](uint64_t, size_t count) { return count; });
    for (uint32_t state = 1; state < states; ++state) {
      if (state % 2 == 0) {
        Try(events, [&](uint64_t, size_t count) {
          return random_.Below(static_cast<uint32_t>(count) + 1);
        });
        continue;
      }
      // By lines: a state that is nearer to what caches do.
      const uint32_t salt = random_.Next() | 1;
      Try(events, [&](uint64_t word, size_t count) {
        return ((word / 8 * 2654435761u) ^ salt) >> 7 & 1 ? count : 0;
      });
    }
  }

  template <typename Choose>
  void Try(size_t events, Choose choose) {
    std::vector<std::pair<uint64_t, uint64_t>> before;
    for (const auto& [word, values] : pending_) {
      const size_t taken = choose(word, values.size());
      if (taken == 0) continue;
      before.emplace_back(word, Word(word));
      Word(word) = values[taken - 1].second;
    }
    visit_(events);
    for (const auto& [word, value] : before) Word(word) = value;
  }

  const std::span<uint8_t> image_;
  Random& random_;
  const Visit visit_;
  uint64_t now_ = 0;
  std::map<uint64_t, Pending> pending_;
  std::map<uint32_t, std::vector<std::pair<uint64_t, uint64_t>>> flushed_;
  std::vector<std::pair<uint64_t, uint64_t>> made_durable_;  // words, and what they held before
};

}  // namespace datamover::test
