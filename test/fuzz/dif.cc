#include "abi/dif.h"

#include <vector>

#include "both.h"
#include "input.h"
#include "native/descriptors.h"
#include "targets.h"

namespace datamover::fuzz {

namespace dif = abi::dif;
using abi::Opcode;
using abi::Status;
using Bytes = std::vector<uint8_t>;

namespace {

// All vectors have the size that they need and no byte more, so that AddressSanitizer sees each
// access beyond.

/// Executes it twice.
abi::CompletionRecord Both(abi::Descriptor job, const Bytes& source, Bytes& destination) {
  Bytes theirs = destination;
  job.source = test::AddressOf(source.data());
  job.transfer_size = static_cast<uint32_t>(source.size());
  const bool writes = job.opcode() != Opcode::kDifCheck;
  if (writes) job.destination = test::AddressOf(destination.data());
  const bool legal = Judge(job, engine::Place::kQueue) == Verdict::kLegal;
  const auto outcome = engine::Execute(job, kLimits);
  if (!legal) {
    Require(destination == theirs, "a refused job wrote");
    return outcome;
  }
  if (writes) job.destination = test::AddressOf(theirs.data());
  RequireEqual(outcome, ByModel(job));
  Require(destination == theirs, "different destinations");
  return outcome;
}

Bytes DestinationOf(const abi::Descriptor& job, const Bytes& source) {
  return Bytes(source.size() / dif::SourceUnit(job) * dif::DestinationUnit(job) + 1, 0xa5);
}

abi::Descriptor Change(const abi::Descriptor& job, Opcode opcode) {
  auto changed = job;
  changed.flags_opcode =
      static_cast<uint32_t>(opcode) << 24 | (opcode == Opcode::kDifCheck ? test::kRecordFlags : 0);
  if (opcode == Opcode::kDifInsert) changed.dif.source_flags = 0, changed.dif.source = {};
  if (opcode == Opcode::kDifCheck || opcode == Opcode::kDifStrip) {
    changed.dif.destination_flags = 0;
    changed.dif.destination = {};
  }
  return changed;
}

/// What was inserted is found to be good, and can be taken away.
void Return(const abi::Descriptor& job, const Bytes& fields, const Bytes& data) {
  auto back = job;
  back.dif.source = job.dif.destination;
  // The flags of how tags go on are the same bits on both sides.
  back.dif.source_flags = job.dif.destination_flags & (dif::source_flag::kApplicationIncrements |
                                                       dif::source_flag::kReferenceFixed);
  const auto check = Change(back, Opcode::kDifCheck);
  Bytes none;
  Require(Both(check, fields, none).status == static_cast<uint8_t>(Status::kSuccess),
          "fields are bad that were made");
  const auto strip = Change(back, Opcode::kDifStrip);
  Bytes stripped = DestinationOf(strip, fields);
  Both(strip, fields, stripped);
  stripped.pop_back();
  Require(stripped == data, "not what the fields were made for");
}

}  // namespace

void Dif(std::span<const uint8_t> bytes) {
  Input input(bytes);
  constexpr Opcode kOpcodes[] = {Opcode::kDifCheck, Opcode::kDifInsert, Opcode::kDifStrip,
                                 Opcode::kDifUpdate};
  abi::Descriptor job = {};
  job.record_address = test::AddressOf(&test::SpareRecord());
  const auto kind = input.Take<uint8_t>();
  job.dif = input.Take<abi::DifOperands>();
  std::fill_n(job.dif.reserved, sizeof job.dif.reserved, uint8_t{0});
  const auto ends = input.Take<uint8_t>();

  auto insert = Change(job, Opcode::kDifInsert);
  const size_t blocks = 1 + (kind >> 2) % 5;
  Bytes data(blocks * dif::BlockBytes(job));
  input.Fill(data);
  RequireEqualCrcs(std::span(data).subspan(ends % data.size()), job.dif.source.reference);
  Bytes fields = DestinationOf(insert, data);
  Both(insert, data, fields);
  Require(fields.back() == 0xa5, "more than the blocks were written");
  fields.pop_back();
  Return(insert, fields, data);

  // Changes all over, of which many hit fields.
  for (size_t at = 0; const uint8_t change : input.rest()) {
    if (at >= fields.size()) break;
    const size_t unit = dif::BlockBytes(job) + dif::kFieldBytes;
    fields[at / unit * unit + dif::BlockBytes(job) + at % dif::kFieldBytes] = change;
    at += unit - 1 + change % 3;
  }
  // Some with a piece of a block too much.
  if (kind >= 0xf0) fields.resize(fields.size() + ends);
  const auto other = Change(job, kOpcodes[kind % 4]);
  const bool inserts = other.opcode() == Opcode::kDifInsert;
  Bytes destination = DestinationOf(other, inserts ? data : fields);
  Both(other, inserts ? data : fields, destination);
  Require(destination.back() == 0xa5, "more than the blocks were written");
}

}  // namespace datamover::fuzz
