#include "offload/offload.h"

#include <algorithm>
#include <utility>

#include "offload/state.h"
#include "portal/keep_for_ever.h"
#include "portal/waiter.h"

namespace datamover::offload {

Offload::State::State(Slots slots_, std::vector<std::shared_ptr<portal::WorkQueue>> queues_,
                      const Settings& settings_, std::shared_ptr<engine::ThreadPool> pool_,
                      std::shared_ptr<engine::CompletionSignal> signal_)
    : slots(std::move(slots_)),
      settings(settings_),
      pool(std::move(pool_)),
      signal(std::move(signal_)),
      client(pool->Attach(signal)),
      queues(std::move(queues_)),
      owners(slots.records.size()),
      orders(slots.records.size()),
      heads(slots.records.size()) {}

Offload::Offload(Slots slots, std::vector<std::shared_ptr<portal::WorkQueue>> queues,
                 const Settings& settings, std::shared_ptr<engine::ThreadPool> pool,
                 std::shared_ptr<engine::CompletionSignal> signal)
    : state_(std::make_unique<State>(std::move(slots), std::move(queues), settings, std::move(pool),
                                     std::move(signal))) {}

Offload::~Offload() { Close(); }

uint32_t Offload::Submit(std::span<const Order> orders) {
  const std::lock_guard lock(state_->mutex);
  const uint32_t taken = state_->Submit(orders);
  state_->Rouse();
  return taken;
}

bool Offload::Resume(uint32_t slot) {
  const std::lock_guard lock(state_->mutex);
  const bool goes_on = state_->Resume(slot);
  state_->Rouse();
  return goes_on;
}

Report Offload::Tend() {
  State& state = *state_;
  const std::lock_guard lock(state.mutex);
  if (!state.Idle()) state.Tend();
  state.Rouse();
  return {.lost = !state.lost.empty(),
          .waits = state.flights.empty() && !state.to_send.empty(),
          .moved = std::exchange(state.moved, false),
          .passed = std::exchange(state.passed, false)};
}

std::vector<uint32_t> Offload::TakeLost() {
  const std::lock_guard lock(state_->mutex);
  std::vector<uint32_t> taken;
  for (const auto& [slot, serial, pieced] : std::exchange(state_->lost, {})) {
    // An answer may have come meanwhile, and the owner may have given the slot to another job.
    if (pieced || state_->Awaits(slot, serial)) taken.push_back(slot);
  }
  return taken;
}

void Offload::Watch() {
  const std::lock_guard lock(state_->mutex);
  state_->watched = !state_->closed;
  state_->Rouse();
}

void Offload::Unwatch() {
  const std::lock_guard lock(state_->mutex);
  state_->watched = false;
}

void Offload::SetQueues(std::vector<std::shared_ptr<portal::WorkQueue>> queues) {
  const std::lock_guard lock(state_->mutex);
  // Nobody offers jobs again where there is no queue.
  if (queues.empty()) state_->refused = false;
  state_->queues = portal::QueueSet(std::move(queues));
}

Counters Offload::counters() const {
  const std::lock_guard lock(state_->mutex);
  return state_->counters;
}

bool Offload::Close() {
  if (!state_) return true;
  State& state = *state_;
  {
    const std::lock_guard lock(state.mutex);
    state.closed = true;
  }
  state.StopAttendant();
  // Queues cannot be told to stop; each flight ends within the timeout, or is lost.
  portal::Backoff backoff;
  for (;;) {
    {
      const std::lock_guard lock(state.mutex);
      state.Tend();
      if (state.flights.empty()) break;
    }
    backoff.Wait();
  }
  state.pool->Detach(state.client);
  // What is kept for a device shall keep no threads: these would outlive a library that is
  // unloaded.
  state.pool.reset();
  const bool lost = state.counters.lost > 0;
  if (lost) portal::KeepForEver(std::move(state_));
  state_.reset();
  return !lost;
}

}  // namespace datamover::offload
