#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "abi/completion_record.h"
#include "abi/descriptor.h"
#include "device_model/execute.h"
#include "device_model/memory.h"

// The operations, each in plain code over bytes that were fetched before. What they have in common,
// reaching memory and stopping where it cannot be reached, is in class Run.
namespace datamover::device_model {

/// A range that an operation walks through at the same pace as the others.
struct Walk {
  uint64_t address;
  Memory::Access access;
};

/// One execution of one descriptor.
struct Run {
  const abi::Descriptor& job;
  Memory& memory;
  const QueueRules& rules;
  const Injection& injection;
  abi::CompletionRecord record = {};

  /// How many of `bytes` all ranges can be walked through, a multiple of `unit`; the record tells
  /// of the fault if that is not all.
  uint64_t Reach(std::initializer_list<Walk> ranges, uint64_t bytes, uint64_t unit = 1,
                 Memory::From from = Memory::From::kBeginning);
  /// The bytes, of which Reach() said that they can be fetched; fewer if the client has taken them
  /// away since.
  std::vector<uint8_t> Fetch(uint64_t address, uint64_t bytes);
  /// False: not all could be written, and the record says how far it went.
  bool Store(uint64_t address, const std::vector<uint8_t>& bytes, uint64_t unit = 1);

  void Stop(uint64_t completed, uint64_t address, Memory::Access access);
  bool stopped() const { return record.status != 0; }
  void Succeed() { record.status = static_cast<uint8_t>(abi::Status::kSuccess); }
  void Fail(abi::Status status, uint64_t completed);
  /// The outcome of a comparison: what was expected decides between the two statuses.
  void Conclude(bool holds);

  bool waits() const { return rules.block_on_fault && job.has(abi::flag::kBlockOnFault); }
};

void Move(Run& run);
void Fill(Run& run);
void Compare(Run& run);
void ComparePattern(Run& run);
void Dualcast(Run& run);
void Flush(Run& run);
void Crc(Run& run);
void CreateDelta(Run& run);
void ApplyDelta(Run& run);
void Dif(Run& run);

}  // namespace datamover::device_model
