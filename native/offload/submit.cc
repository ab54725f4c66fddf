#include <algorithm>
#include <utility>

#include "engine/kernels.h"
#include "engine/operation_table.h"
#include "engine/operations.h"
#include "engine/ranges.h"
#include "offload/head.h"
#include "offload/state.h"

// The way to the queues.
namespace datamover::offload {

namespace {

constexpr uint32_t kLine = 64;

/// Whether a queue that takes so many bytes at once refuses the job.
bool Exceeds(const abi::Descriptor& job, uint32_t max_transfer) {
  const engine::Operation& operation = engine::Find(job.opcode());
  if (job.opcode() == abi::Opcode::kCreateDelta && job.create_delta.record_size > max_transfer) {
    return true;
  }
  return (operation.reads | operation.writes) != 0 && job.transfer_size > max_transfer;
}

bool Overlaps(const abi::Descriptor& job) {
  return job.opcode() == abi::Opcode::kMemoryMove &&
         engine::Overlap(job.source, job.destination, job.transfer_size);
}

/// Whether it is a delta record that a device would apply up to the entry that is wrong.
bool IsHostile(const abi::Descriptor& job) {
  return job.opcode() == abi::Opcode::kApplyDelta &&
         engine::CheckDelta(engine::At(job.delta), job.apply_delta.record_size, job.transfer_size)
                 .kind != engine::DeltaFault::kNone;
}

}  // namespace

uint32_t Offload::State::Submit(std::span<const Order> some) {
  if (queues.empty()) return 0;
  uint32_t taken = 0;
  while (taken < some.size()) {
    const uint32_t more = SubmitSome(some.subspan(taken));
    if (more == 0) break;
    taken += more;
  }
  refused = taken < some.size();
  if (refused) ++counters.refused;
  SendPieces();
  return taken;
}

uint32_t Offload::State::SubmitSome(std::span<const Order> some) {
  const Order first = some[0];
  if (first.slot() >= slots.descriptors.size()) return 1;
  const abi::Descriptor& job = slots.descriptors[first.slot()];
  const auto& choice = queues.Choose(WishOf(first, job));
  if (choice.empty()) return 0;
  const uint32_t limit = queues.max_transfer();
  if (!Suits(job, limit)) {
    orders[first.slot()] = first;
    Cut(job, first, limit);
    return 1;
  }
  for (const auto& [queue, was_taken] : choice) {
    auto list = NewList();
    const size_t most = std::min<size_t>({some.size(), queue->max_batch(), BatchList::kMembers});
    while (list->count < most) {
      const Order& order = some[list->count];
      if (order.slot() >= slots.descriptors.size() || order.place() != first.place()) break;
      abi::Descriptor& member = list->members[list->count];
      member = slots.descriptors[order.slot()];
      // The first suits a queue that takes most; looking at it again would read a delta twice.
      const uint32_t takes = queue->settings().max_transfer;
      if (list->count == 0 ? Exceeds(member, takes) : !Suits(member, takes)) break;
      prefault(member);
      heads[order.slot()] = static_cast<uint8_t>(CutHead(member));
      list->slots[list->count++] = order.slot();
    }
    const uint32_t count = list->count;
    const abi::Descriptor descriptor = list->Descriptor();
    if (count > 0) {
      if (queue->Submit({&descriptor, 1}) == 1) {
        Take(std::move(list), queue, some.first(count));
        return count;
      }
      passed = true;
    }
    spare_lists.push_back(std::move(list));
  }
  return 0;
}

bool Offload::State::Suits(const abi::Descriptor& job, uint32_t max_transfer) const {
  return !Exceeds(job, max_transfer) && (settings.overlapping || !Overlaps(job)) && !IsHostile(job);
}

void Offload::State::Cut(const abi::Descriptor& job, const Order& order, uint32_t limit) {
  // Where patterns keep their phase, and lines and blocks stay whole.
  const auto grain = static_cast<uint32_t>(engine::Grain(job, kLine));
  const uint32_t bytes = std::max(limit, kLine) / grain * grain;
  if (bytes > 0 && engine::Find(job.opcode()).divisible) {
    if (Exceeds(job, limit)) ++counters.splits;
    Begin(std::make_unique<PiecedJob>(job, order.slot(), order.policy(), bytes));
  } else {
    ToPool(TheRest(job, order.slot(), job, 0));
  }
}

void Offload::State::Take(std::unique_ptr<BatchList> list,
                          const std::shared_ptr<portal::WorkQueue>& queue,
                          std::span<const Order> some) {
  ++serial;
  ++counters.descriptors;
  if (list->count > 1) {
    ++counters.batches;
    counters.members += list->count;
  }
  for (size_t i = 0; i < some.size(); ++i) {
    const uint32_t slot = some[i].slot();
    owners[slot] = serial;
    orders[slot] = some[i];
    slots.claims[slot] = 1;
    if (heads[slot] == 0) continue;
    // The device may have answered already: nobody looks before the submission has returned.
    MoveHead(slots.descriptors[slot], heads[slot]);
    slots.descriptors[slot] = list->members[i];
  }
  flights.push_back({queue, Clock::now(), serial, std::move(list)});
}

portal::Wish Offload::State::WishOf(const Order& order, const abi::Descriptor& job) const {
  const uint32_t place = order.place() == 0 ? settings.place : order.place();
  if (place >= Order::kNode) {
    return {.place = portal::Place::kNode, .node = static_cast<int>(place - Order::kNode)};
  }
  // Where there is no destination, what is compared has its address there, or nothing.
  const uint64_t address = job.destination ? job.destination : job.source;
  if (place == Order::kData) return {.place = portal::Place::kData, .address = address};
  return {.place = place == Order::kAny ? portal::Place::kAny : portal::Place::kLocal};
}

void Offload::State::SendPieces() {
  while (!closed && !to_send.empty() && SendPiece(*to_send.front())) to_send.pop_front();
}

bool Offload::State::SendPiece(Piece& piece) {
  // A device that cannot copy over itself leaves it to the CPU.
  if (!settings.overlapping && Overlaps(piece.descriptor)) {
    ToPool(piece);
    return true;
  }
  const auto wish = WishOf(orders[piece.job->slot()], piece.descriptor);
  for (const auto& [queue, was_taken] : queues.Choose(wish)) {
    if (Exceeds(piece.descriptor, queue->settings().max_transfer)) continue;
    prefault(piece.descriptor);
    if (queue->Submit({&piece.descriptor, 1}) == 0) {
      passed = true;
      continue;
    }
    ++counters.descriptors;
    flights.push_back({queue, Clock::now(), ++serial, nullptr, &piece});
    return true;
  }
  const uint32_t limit = queues.max_transfer();
  if (limit > 0 && !Exceeds(piece.descriptor, limit)) return false;
  // It was cut for queues that took more, and serve no more, or not here.
  ToPool(piece);
  return true;
}

std::unique_ptr<BatchList> Offload::State::NewList() {
  if (spare_lists.empty()) return std::make_unique<BatchList>();
  auto list = std::move(spare_lists.back());
  spare_lists.pop_back();
  list->count = 0;
  list->record.status = 0;
  return list;
}

}  // namespace datamover::offload
