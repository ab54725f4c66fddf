#include <chrono>
#include <utility>

#include "offload/state.h"
#include "portal/waiter.h"

// The thread that looks after jobs where their owner does not: it watches the queues while the
// owner sleeps, and touches pages, which may take as long as a disk does.
namespace datamover::offload {

namespace {

/// Bytes of each range that are touched before a device gets the rest again.
constexpr uint64_t kTouchBytes = 4 << 20;

/// How long a job that no queue had room for waits to be offered again where only others can make
/// room.
constexpr auto kRoom = std::chrono::milliseconds(1);

}  // namespace

bool Offload::State::StartAttendant() {
  if (!attendant) {
    auto thread = engine::PoolThread::Start([this] { Attend(); });
    if (thread) attendant.emplace(std::move(*thread));
  }
  wake_attendant.notify_one();
  return attendant.has_value();
}

void Offload::State::Rouse() {
  if (!watched || closed || (Idle() && !Waits())) return;
  // Where the system refuses a thread, the owner looks after its jobs without a rest.
  if (!StartAttendant()) signal->Notify();
}

void Offload::State::StopAttendant() {
  {
    const std::lock_guard lock(mutex);
    stopping = true;
  }
  wake_attendant.notify_one();
  attendant.reset();
}

void Offload::State::Attend() {
  std::unique_lock lock(mutex);
  portal::Backoff backoff;
  while (!stopping) {
    if (!to_touch.empty()) {
      TouchOne(lock);
    } else if (!watched || (flights.empty() && !Waits())) {
      wake_attendant.wait(lock);
      backoff.Reset();
    } else if (Tend() > 0 || !lost.empty()) {
      watched = false;
      signal->Notify();
    } else if (flights.empty()) {
      wake_attendant.wait_for(lock, kRoom);
      if (!watched || !Waits()) continue;
      watched = false;
      signal->Notify();
    } else {
      const uint8_t* const watching = NextStatus();
      lock.unlock();
      backoff.Wait(watching);
      lock.lock();
    }
  }
}

const uint8_t* Offload::State::NextStatus() const {
  const Flight& flight = flights.front();
  // The record of a piece goes with its job, and could do so meanwhile.
  if (flight.piece) return nullptr;
  const BatchList& list = *flight.list;
  return list.count > 1 ? &list.record.status : &slots.records[list.slots[0]].status;
}

void Offload::State::TouchOne(std::unique_lock<std::mutex>& lock) {
  Piece& piece = *to_touch.front();
  to_touch.pop_front();
  const abi::Descriptor job = piece.descriptor;
  lock.unlock();
  TouchPages(job, kTouchBytes);
  lock.lock();
  if (piece.job->abandoned()) return;
  to_send.push_back(&piece);
  SendPieces();
}

}  // namespace datamover::offload
