#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/pool_thread.h"
#include "offload/batch_list.h"
#include "offload/offload.h"
#include "offload/pieced_job.h"
#include "offload/touch.h"
#include "portal/queue_set.h"

namespace datamover::offload {

using Clock = std::chrono::steady_clock;

/// The status byte of a record that a device or another thread may write at any time.
inline uint8_t StatusOf(const abi::CompletionRecord& record) {
  using AtomicByte = std::atomic<uint8_t>;
  static_assert(sizeof(AtomicByte) == 1 && AtomicByte::is_always_lock_free);
  return reinterpret_cast<const AtomicByte*>(&record.status)->load(std::memory_order_acquire);
}

/// What a queue has: one descriptor, that of a batch or of a job or of a piece of one.
struct Flight {
  std::shared_ptr<portal::WorkQueue> queue;
  Clock::time_point since;
  uint32_t serial;
  std::unique_ptr<BatchList> list;  // of one member or more, or
  Piece* piece = nullptr;
};

/// A job whose queue gave no answer.
struct LostJob {
  uint32_t slot;
  uint32_t serial;
  bool pieced;  // its record is ours to write, so that no late answer can appear there
};

/// What Offload is inside. All but the constructor's arguments is guarded by the mutex; functions
/// are called with it held, where they do not say otherwise.
struct Offload::State {
  // submit.cc
  uint32_t Submit(std::span<const Order> orders);
  uint32_t SubmitSome(std::span<const Order> orders);
  /// Whether a queue that takes so many bytes at once may have it as it is.
  bool Suits(const abi::Descriptor& job, uint32_t max_transfer) const;
  /// Begins a job that no queue takes as it is: in pieces, or on the CPU.
  void Cut(const abi::Descriptor& job, const Order& order, uint32_t limit);
  void Take(std::unique_ptr<BatchList> list, const std::shared_ptr<portal::WorkQueue>& queue,
            std::span<const Order> orders);
  portal::Wish WishOf(const Order& order, const abi::Descriptor& job) const;
  void SendPieces();
  bool SendPiece(Piece& piece);
  std::unique_ptr<BatchList> NewList();

  // tend.cc
  /// Returns how many jobs or groups of jobs have ended.
  size_t Tend();
  bool Landed(const Flight& flight) const;
  void Land(Flight& flight);
  void LandBatch(const BatchList& list, uint32_t serial);
  bool Answered(const BatchList& list, uint32_t serial) const;
  void LosePast(Clock::time_point now);
  void Lose(Flight& flight);
  void Begin(std::unique_ptr<PiecedJob> job);
  void Proceed(PiecedJob& job);
  /// The only piece of a job of which `done` bytes are done, begun.
  Piece& TheRest(const abi::Descriptor& job, uint32_t slot, const abi::Descriptor& rest,
                 uint64_t done);
  void Landed(Piece& piece);
  void End(Piece& piece);
  bool GoOn(Piece& piece);
  void Continue(Piece& piece);
  bool Resume(uint32_t slot);
  void ToPool(Piece& piece);
  void Count(const abi::CompletionRecord& fault);

  // attendant.cc
  void Attend();
  /// Whether there is one: the system may refuse a thread.
  bool StartAttendant();
  /// Has the attendant look after what there is now, where the owner relies on it: the owner looks
  /// once more after Watch(), and may submit and send on then.
  void Rouse();
  /// The status byte that the thread may watch with the mutex free.
  const uint8_t* NextStatus() const;
  void TouchOne(std::unique_lock<std::mutex>& lock);
  /// With the mutex free.
  void StopAttendant();

  bool Idle() const { return flights.empty() && in_pool.empty() && jobs.empty(); }
  /// Whether something is left that no queue had room for.
  bool Waits() const { return refused || !to_send.empty(); }
  bool IsOf(uint32_t slot, uint32_t serial) const {
    return slots.claims[slot] != 0 && owners[slot] == serial;
  }
  bool Awaits(uint32_t slot, uint32_t serial) const {
    return IsOf(slot, serial) && StatusOf(slots.records[slot]) == 0;
  }

  State(Slots slots_, std::vector<std::shared_ptr<portal::WorkQueue>> queues,
        const Settings& settings_, std::shared_ptr<engine::ThreadPool> pool_,
        std::shared_ptr<engine::CompletionSignal> signal_);

  const Slots slots;
  const Settings settings;
  std::shared_ptr<engine::ThreadPool> pool;  // null once closed
  const std::shared_ptr<engine::CompletionSignal> signal;
  const std::shared_ptr<engine::ThreadPool::Client> client;

  mutable std::mutex mutex;
  bool closed = false;
  portal::QueueSet queues;
  bool refused = false;  // at the last submission something was left over

  // By slot: the last flight that took it, how it was ordered, and bytes that the CPU did before.
  std::vector<uint32_t> owners;
  std::vector<Order> orders;
  std::vector<uint8_t> heads;
  uint32_t serial = 0;

  std::vector<Flight> flights;
  std::vector<std::unique_ptr<BatchList>> spare_lists;
  std::unordered_map<uint32_t, std::unique_ptr<PiecedJob>> jobs;  // by slot
  std::deque<Piece*> to_send;
  std::deque<Piece*> to_touch;
  std::vector<Piece*> in_pool;
  std::vector<LostJob> lost;
  bool moved = false;   // something has ended since the owner last asked
  bool passed = false;  // a queue took nothing of what it was offered since then
  std::vector<std::unique_ptr<PiecedJob>> quarantine;
  Prefault prefault;
  Counters counters;

  std::optional<engine::PoolThread> attendant;
  std::condition_variable wake_attendant;
  bool watched = false;
  bool stopping = false;
};

}  // namespace datamover::offload
