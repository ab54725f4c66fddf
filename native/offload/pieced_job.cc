#include "offload/pieced_job.h"

#include <algorithm>

#include "engine/operation_table.h"
#include "engine/operations.h"
#include "engine/split.h"
#include "offload/resume.h"

namespace datamover::offload {

namespace flag = abi::flag;
using abi::Status;

namespace {

/// Gives a piece the record in which it will report.
void Report(Piece& piece, PiecedJob* job) {
  piece.job = job;
  piece.descriptor.flags_opcode |= flag::kRecordAddressValid | flag::kRequestRecord;
  piece.descriptor.record_address = reinterpret_cast<uint64_t>(&piece.record);
}

bool Succeeded(const Piece& piece) {
  return piece.record.status == static_cast<uint8_t>(Status::kSuccess);
}

/// Whether the later pieces do not matter any more. A move's result only says which way it went.
bool Settles(const Piece& piece) {
  const bool move = piece.descriptor.opcode() == abi::Opcode::kMemoryMove;
  return !Succeeded(piece) || (!move && piece.record.result != 0);
}

}  // namespace

PiecedJob::PiecedJob(const abi::Descriptor& whole, uint32_t slot, FaultPolicy policy,
                     uint32_t piece_bytes)
    : whole_(whole), slot_(slot), policy_(policy) {
  const uint64_t bytes = whole.transfer_size;
  in_order_ = engine::Find(whole.opcode()).in_order;
  if (whole.opcode() == abi::Opcode::kMemoryMove) {
    in_order_ = engine::Overlap(whole.source, whole.destination, bytes);
    // Backwards where a forward move would overwrite what it has yet to read.
    descending_ = in_order_ && whole.destination > whole.source;
  }
  pieces_.resize((bytes + piece_bytes - 1) / piece_bytes);
  uint64_t begin = 0;
  for (Piece& piece : pieces_) {
    const uint64_t end = std::min(begin + piece_bytes, bytes);
    piece.begin = begin;
    piece.end = end;
    piece.descriptor = engine::Slice(whole, begin, end);
    Report(piece, this);
    begin = end;
  }
}

PiecedJob::PiecedJob(const abi::Descriptor& whole, uint32_t slot, FaultPolicy policy,
                     const abi::Descriptor& rest, uint64_t done)
    : whole_(whole), slot_(slot), policy_(policy), pieces_(1) {
  pieces_[0].descriptor = rest;
  pieces_[0].done = done;
  Report(pieces_[0], this);
}

Piece* PiecedJob::Begin() {
  if (settled_ || begun_ == pieces_.size() || (in_order_ && under_way_ > 0)) return nullptr;
  ++under_way_;
  return &At(begun_++);
}

bool PiecedJob::End(const Piece& piece) {
  --under_way_;
  settled_ = settled_ || Settles(piece);
  return under_way_ == 0 && (settled_ || begun_ == pieces_.size());
}

abi::CompletionRecord PiecedJob::Failed(const Piece& piece, abi::CompletionRecord record) const {
  if (!descending_) return Whole(piece.descriptor, record, piece.begin);
  // Done is what is behind; what a forward move began in the piece has no place in the count.
  if (record.result == 0) record.bytes_completed = 0;
  record.result = 1;
  return Whole(piece.descriptor, record, whole_.transfer_size - piece.end);
}

abi::CompletionRecord PiecedJob::Record() const {
  std::vector<engine::SliceRecord> slices;
  for (const Piece& piece : pieces_) {
    const bool begun = piece.record.status != 0;
    const auto record = Whole(piece.descriptor, piece.record, piece.done);
    if (pieces_.size() == 1) return record;
    if (begun && !Succeeded(piece)) return Failed(piece, record);
    slices.push_back({piece.begin, record});
  }
  auto record = engine::Join(whole_, slices);
  if (descending_) record.result = 1;
  return record;
}

}  // namespace datamover::offload
