#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "abi/completion_record.h"
#include "abi/descriptor.h"
#include "offload/order.h"

namespace datamover::offload {

class PiecedJob;

/// A part of a job that goes to a device, or to the CPU, with a record of its own.
struct Piece {
  abi::Descriptor descriptor;  // of what is left of it
  abi::CompletionRecord record = {};
  PiecedJob* job = nullptr;
  uint64_t begin = 0;  // in the whole job, bytes
  uint64_t end = 0;
  uint64_t done = 0;      // before what is left, bytes
  uint32_t attempts = 0;  // in a row that a device came no further
};

/// A job that is not one descriptor of one queue from beginning to end: it is larger than a queue
/// takes, or was stopped by a page fault. Its pieces run side by side, but one after the other
/// where its ranges overlap; when all that were begun have ended, their records make up its own.
class PiecedJob {
 public:
  /// A legal job of which nothing was done, in pieces of `piece_bytes`, a multiple of 8 and of the
  /// job's grain.
  PiecedJob(const abi::Descriptor& whole, uint32_t slot, FaultPolicy policy, uint32_t piece_bytes);
  /// A job of which `done` bytes are done: one piece, the rest.
  PiecedJob(const abi::Descriptor& whole, uint32_t slot, FaultPolicy policy,
            const abi::Descriptor& rest, uint64_t done);
  PiecedJob(const PiecedJob&) = delete;
  PiecedJob& operator=(const PiecedJob&) = delete;

  uint32_t slot() const { return slot_; }
  FaultPolicy policy() const { return policy_; }

  /// The next piece to begin, or null: there is none, or another has to end first.
  Piece* Begin();
  /// The piece has ended with what its record says. True when nothing of the job is under way and
  /// nothing more is to be begun.
  bool End(const Piece& piece);
  /// The record of the whole, once it has ended.
  abi::CompletionRecord Record() const;
  const abi::Descriptor& whole() const { return whole_; }

  /// A piece had no answer: the job has failed, and what its other pieces report is ignored.
  void Abandon() { abandoned_ = true; }
  bool abandoned() const { return abandoned_; }

 private:
  /// The record of the whole, of which this piece failed.
  abi::CompletionRecord Failed(const Piece& piece, abi::CompletionRecord record) const;
  Piece& At(size_t begun) { return pieces_[descending_ ? pieces_.size() - 1 - begun : begun]; }

  const abi::Descriptor whole_;
  const uint32_t slot_;
  const FaultPolicy policy_;
  bool in_order_ = false;
  bool descending_ = false;
  bool abandoned_ = false;
  bool settled_ = false;  // by a failure or a difference: nothing more is begun
  size_t begun_ = 0;
  size_t under_way_ = 0;
  std::vector<Piece> pieces_;
};

}  // namespace datamover::offload
