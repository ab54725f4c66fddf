#include <algorithm>
#include <utility>

#include "engine/execute.h"
#include "offload/resume.h"
#include "offload/state.h"
#include "portal/keep_for_ever.h"

// What comes back from the queues, and what then becomes of it.
namespace datamover::offload {

using abi::Status;

namespace {

/// After so many faults in a row at the same byte the CPU shall see for itself.
constexpr uint32_t kAttempts = 4;

/// Of a batch: whether the device came to all of its members.
bool WasProcessed(uint8_t status) {
  const auto code = static_cast<Status>(status & abi::kStatusMask);
  return code == Status::kSuccess || code == Status::kBatchError;
}

}  // namespace

size_t Offload::State::Tend() {
  size_t ended = 0;
  // What lands may begin other flights, which stand behind.
  for (size_t i = 0; i < flights.size();) {
    if (!Landed(flights[i])) {
      ++i;
      continue;
    }
    Flight flight = std::move(flights[i]);
    if (i + 1 < flights.size()) flights[i] = std::move(flights.back());
    flights.pop_back();
    flight.queue->Completed(1);
    Land(flight);
    ++ended;
  }
  for (size_t i = 0; i < in_pool.size();) {
    Piece& piece = *in_pool[i];
    if (StatusOf(piece.record) == 0) {
      ++i;
      continue;
    }
    in_pool[i] = in_pool.back();
    in_pool.pop_back();
    if (!piece.job->abandoned()) End(piece);
    ++ended;
  }
  if (ended > 0) moved = true;
  SendPieces();
  if (!flights.empty()) LosePast(Clock::now());
  return ended;
}

bool Offload::State::Landed(const Flight& flight) const {
  if (flight.piece) return StatusOf(flight.piece->record) != 0;
  const BatchList& list = *flight.list;
  if (list.count > 1) return Answered(list, flight.serial);
  const uint32_t slot = list.slots[0];
  // The owner may have seen the record, and given the slot to another job since.
  return !IsOf(slot, flight.serial) || StatusOf(slots.records[slot]) != 0;
}

void Offload::State::Land(Flight& flight) {
  if (flight.piece) return Landed(*flight.piece);
  if (flight.list->count > 1) LandBatch(*flight.list, flight.serial);
  spare_lists.push_back(std::move(flight.list));
}

bool Offload::State::Answered(const BatchList& list, uint32_t serial) const {
  const uint8_t status = StatusOf(list.record);
  if (status == 0 || !WasProcessed(status)) return status != 0;
  // A member whose record could not be written has it later from the kernel, or never.
  return std::none_of(list.slots.begin(), list.slots.begin() + list.count,
                      [&](uint32_t slot) { return Awaits(slot, serial); });
}

void Offload::State::LandBatch(const BatchList& list, uint32_t batch) {
  if (WasProcessed(list.record.status)) return;
  // The device refused the batch, or could not read all of it. The members it did not come to have
  // no record: each goes by itself.
  for (uint32_t i = 0; i < list.count; ++i) {
    const uint32_t slot = list.slots[i];
    if (!Awaits(slot, batch)) continue;
    slots.claims[slot] = 0;
    const abi::Descriptor& job = slots.descriptors[slot];
    Begin(std::make_unique<PiecedJob>(job, slot, orders[slot].policy(), job, heads[slot]));
  }
}

void Offload::State::LosePast(Clock::time_point now) {
  for (size_t i = 0; i < flights.size();) {
    if (now - flights[i].since < settings.timeout) {
      ++i;
      continue;
    }
    const auto queue = flights[i].queue;
    queue->MarkLost();
    for (Flight& flight : flights) {
      if (flight.queue == queue) Lose(flight);
    }
    std::erase_if(flights, [&](const Flight& flight) { return flight.queue == queue; });
    i = 0;
  }
}

void Offload::State::Lose(Flight& flight) {
  const size_t before = lost.size();
  if (flight.piece) {
    PiecedJob* const job = flight.piece->job;
    const auto of_job = [job](const Piece* piece) { return piece->job == job; };
    std::erase_if(to_send, of_job);
    std::erase_if(to_touch, of_job);
    if (!job->abandoned()) {
      job->Abandon();
      lost.push_back({job->slot(), flight.serial, true});
      // The device may still write the records of its pieces.
      quarantine.push_back(std::move(jobs.extract(job->slot()).mapped()));
    }
  } else {
    for (uint32_t i = 0; i < flight.list->count; ++i) {
      const uint32_t slot = flight.list->slots[i];
      if (Awaits(slot, flight.serial)) lost.push_back({slot, flight.serial, false});
    }
    portal::KeepForEver(std::move(flight.list));
  }
  counters.lost += lost.size() - before;
}

void Offload::State::Begin(std::unique_ptr<PiecedJob> job) {
  PiecedJob& begun = *job;
  jobs[job->slot()] = std::move(job);
  Proceed(begun);
}

void Offload::State::Proceed(PiecedJob& job) {
  while (Piece* piece = job.Begin()) to_send.push_back(piece);
}

void Offload::State::Landed(Piece& piece) {
  if (piece.job->abandoned()) return;
  if (Stopped(piece.record) && GoOn(piece)) return;
  if (RefusedWrongly(piece.descriptor, piece.record)) {
    piece.record = {};
    return ToPool(piece);
  }
  End(piece);
}

void Offload::State::End(Piece& piece) {
  PiecedJob& job = *piece.job;
  if (!job.End(piece)) return Proceed(job);
  const auto record = job.Record();
  // Its owner may give the slot to another job as soon as it sees the record.
  const auto ended = std::move(jobs.extract(job.slot()).mapped());
  engine::Complete(ended->whole(), record);
}

bool Offload::State::GoOn(Piece& piece) {
  Count(piece.record);
  if (closed || piece.job->policy() == FaultPolicy::kError) return false;
  const uint32_t done = Advance(piece.descriptor, piece.record);
  piece.attempts = done > 0 ? 0 : piece.attempts + 1;
  piece.done += done;
  piece.record = {};
  Continue(piece);
  return true;
}

void Offload::State::Continue(Piece& piece) {
  const bool again = piece.job->policy() == FaultPolicy::kRetry && piece.attempts < kAttempts;
  if (again && StartAttendant()) {
    ++counters.retried;
    to_touch.push_back(&piece);
  } else {
    ++counters.continued;
    ToPool(piece);
  }
}

void Offload::State::ToPool(Piece& piece) {
  in_pool.push_back(&piece);
  const abi::Descriptor* const job = &piece.descriptor;
  pool->Submit(client, {&job, 1});
}

bool Offload::State::Resume(uint32_t slot) {
  abi::CompletionRecord& record = slots.records[slot];
  const abi::Descriptor& job = slots.descriptors[slot];
  const bool refused_wrongly = RefusedWrongly(job, record);
  if (!refused_wrongly) {
    if (!Stopped(record)) return false;
    Count(record);
    if (orders[slot].policy() == FaultPolicy::kError) {
      record.bytes_completed += heads[slot];
      return false;
    }
  }
  abi::Descriptor rest = job;
  const uint64_t done = heads[slot] + (refused_wrongly ? 0 : Advance(rest, record));
  record.status = 0;
  // The flight that brought it here has landed.
  owners[slot] = ++serial;
  Piece& piece = TheRest(job, slot, rest, done);
  if (refused_wrongly) {
    ToPool(piece);
  } else {
    Continue(piece);
  }
  return true;
}

Piece& Offload::State::TheRest(const abi::Descriptor& job, uint32_t slot,
                               const abi::Descriptor& rest, uint64_t done) {
  auto pieced = std::make_unique<PiecedJob>(job, slot, orders[slot].policy(), rest, done);
  Piece& piece = *pieced->Begin();
  jobs[slot] = std::move(pieced);
  return piece;
}

void Offload::State::Count(const abi::CompletionRecord& fault) {
  const bool write = (fault.status & abi::kStatusWriteFault) != 0;
  ++(write ? counters.write_faults : counters.read_faults);
}

}  // namespace datamover::offload
