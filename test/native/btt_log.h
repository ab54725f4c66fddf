#pragma once

#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <set>
#include <span>
#include <vector>

#include "btt/medium.h"
#include "check.h"
#include "pmem/persistence.h"

// What is stored, flushed and fenced in an image, in the order in which threads that take turns do
// it.
namespace datamover::test {

struct Event {
  enum class Kind : uint8_t {
    kStore,  // `value` to a word of eight bytes
    kFlush,  // so many words
    kFence,
    kNote,  // something of the workload
  };
  Kind kind;
  uint32_t thread;
  uint64_t word;        // index within the image
  uint64_t value;       // or number of words
  uint64_t before = 0;  // the word's value
};

/// Lets threads run one at a time, and changes them at random: the same seed, the same order.
class Baton {
 public:
  explicit Baton(uint32_t seed) : random_(seed) {}

  void Join(uint32_t thread) { running_.insert(thread); }
  void Begin(uint32_t thread) { Wait(thread); }
  /// Perhaps another thread goes on; `other`: one does, if there is one.
  void Yield(uint32_t thread, bool other = false) {
    if (!other && random_.Below(2) == 0) return;
    Pass(other ? thread : UINT32_MAX);
    Wait(thread);
  }
  void Leave(uint32_t thread) {
    running_.erase(thread);
    if (!running_.empty()) Pass(thread);
  }
  Random& random() { return random_; }

 private:
  void Pass(uint32_t but) {
    const std::lock_guard lock(mutex_);
    std::vector<uint32_t> others;
    for (const uint32_t thread : running_) {
      if (thread != but) others.push_back(thread);
    }
    if (others.empty()) return;
    current_ = others[random_.Below(static_cast<uint32_t>(others.size()))];
    changed_.notify_all();
  }
  void Wait(uint32_t thread) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return current_ == thread; });
  }

  Random random_;
  std::set<uint32_t> running_;
  std::mutex mutex_;
  std::condition_variable changed_;
  uint32_t current_ = 0;
};

/// What is done to an image.
class Log {
 public:
  explicit Log(std::span<uint8_t> image) : image_(image) {}

  std::span<uint8_t> image() const { return image_; }
  const std::vector<Event>& events() const { return events_; }
  size_t size() const { return events_.size(); }

  /// After the store: the whole word is what may reach memory in one piece.
  void Stored(uint32_t thread, const void* at, uint64_t before = 0) {
    const uint64_t word = WordOf(at);
    events_.push_back({Event::Kind::kStore, thread, word, ValueAt(at), before});
  }
  /// Of the whole word.
  uint64_t ValueAt(const void* at) const {
    uint64_t value;
    std::memcpy(&value, image_.data() + WordOf(at) * 8, 8);
    return value;
  }
  void Flushed(uint32_t thread, const void* at, size_t bytes) {
    if (bytes == 0) return;
    // Lines are written back as a whole.
    const uint64_t first = WordOf(at) / 8 * 8;
    const uint64_t end = (WordOf(static_cast<const uint8_t*>(at) + bytes - 1) / 8 + 1) * 8;
    events_.push_back({Event::Kind::kFlush, thread, first, end - first});
  }
  void Fenced(uint32_t thread) { events_.push_back({Event::Kind::kFence, thread, 0, 0}); }
  void Note() { events_.push_back({Event::Kind::kNote, 0, 0, 0}); }

 private:
  uint64_t WordOf(const void* at) const {
    return static_cast<uint64_t>(static_cast<const uint8_t*>(at) - image_.data()) / 8;
  }

  const std::span<uint8_t> image_;
  std::vector<Event> events_;
};

/// Puts back what was stored.
inline void Undo(std::span<uint8_t> image, const std::vector<Event>& events) {
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    if (event->kind != Event::Kind::kStore) continue;
    std::memcpy(image.data() + event->word * 8, &event->before, 8);
  }
}

/// One thread's way to the log, which yields at each step.
struct Hand {
  Log& log;
  Baton* baton;  // null: there is one thread
  uint32_t thread = 0;

  void Yield(bool other = false) const {
    if (baton != nullptr) baton->Yield(thread, other);
  }
};

class RecordingPersistence final : public pmem::Persistence {
 public:
  explicit RecordingPersistence(Hand hand) : hand_(hand) {}
  int Flush(const void* address, size_t bytes) override {
    hand_.log.Flushed(hand_.thread, address, bytes);
    hand_.Yield();
    return 0;
  }
  int Drain() override {
    hand_.log.Fenced(hand_.thread);
    hand_.Yield();
    return 0;
  }

 private:
  const Hand hand_;
};

struct HeldPersistence {
  RecordingPersistence persistence;
};

/// Base: the medium that is used on real memory.
template <typename Base>
class Recorded final : private HeldPersistence, public Base {
 public:
  explicit Recorded(Hand hand)
      : HeldPersistence{RecordingPersistence(hand)}, Base(persistence), hand_(hand) {}
  void Store(uint32_t* to, uint32_t value) override { Keep(to, value); }
  void Store(uint64_t* to, uint64_t value) override { Keep(to, value); }
  void Pause() override { hand_.Yield(true); }

 private:
  template <typename Value>
  void Keep(Value* to, Value value) {
    const uint64_t before = hand_.log.ValueAt(to);
    Base::Store(to, value);
    hand_.log.Stored(hand_.thread, to, before);
    hand_.Yield();
  }

  const Hand hand_;
};

}  // namespace datamover::test
