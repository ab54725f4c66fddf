#include <algorithm>
#include <array>
#include <cstddef>

#include "arena.h"
#include "both.h"
#include "engine/operations.h"
#include "input.h"
#include "native/descriptors.h"
#include "targets.h"

namespace datamover::fuzz {

using abi::Descriptor;
using abi::Opcode;
using abi::Status;

namespace {

Arena ours;

/// The device writes what comes before a mistake in a delta record, the engine nothing.
bool IsDeltaMistake(const abi::CompletionRecord& record) {
  const auto status = static_cast<Status>(record.status);
  return status == Status::kDeltaOffsetOrder || status == Status::kDeltaOffsetRange;
}

void Single(const Descriptor& job) {
  // What would be its members are any bytes.
  if (job.opcode() == Opcode::kBatch) return;
  const Verdict verdict = Judge(job, engine::Place::kQueue);
  if (verdict != Verdict::kLegal && verdict != Verdict::kRefused) return;
  const auto record = ExecuteByEngine(job, ours);
  if (verdict == Verdict::kLegal) RequireEqual(record, ByModel(job));
  if (IsDeltaMistake(record)) arena = initial;
  ReportByModel(job, record);
  if (verdict == Verdict::kLegal && job.opcode() == Opcode::kCreateDelta) {
    // Room that the record does not use may hold anything.
    const size_t at = job.create_delta.record - test::AddressOf(arena.data());
    const size_t used = record.delta_record_size, room = job.create_delta.record_size;
    std::copy_n(&ours[at + used], room - used, &arena[at + used]);
  }
  Require(ours == arena, "different memory");
  if (verdict == Verdict::kLegal && job.opcode() >= Opcode::kCrc &&
      job.opcode() <= Opcode::kDifUpdate) {
    RequireEqualCrcs({engine::At(job.source), job.transfer_size}, job.crc.seed);
  }
}

void Batch(std::span<Descriptor> members, const Descriptor& head) {
  const auto job = BatchOf(members, head);
  const Verdict verdict = Judge(job, engine::Place::kQueue);
  const auto record = ExecuteByEngine(job, ours);
  if (verdict == Verdict::kLegal) RequireEqual(record, BatchByModel(job));
  ReportByModel(job, record);
  Require(ours == arena, "different memory");
}

}  // namespace

void Execute(std::span<const uint8_t> bytes) {
  alignas(64) static std::array<Descriptor, kMembers> list;
  Input input(bytes);
  const size_t count = input.Take<uint8_t>() % (kMembers + 1);
  const Descriptor first = Make(input);
  for (size_t i = 0; i < count; ++i) list[i] = Make(input);
  input.Fill(initial);
  if (count < 2) {
    Single(first);
  } else {
    Batch({list.data(), count}, first);
  }
}

}  // namespace datamover::fuzz
