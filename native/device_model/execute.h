#pragma once

#include <cstdint>
#include <optional>

#include "abi/completion_record.h"
#include "abi/descriptor.h"
#include "device_model/memory.h"

// What the device does with one descriptor, in plain code that shares nothing with the engine: the
// two are to contradict each other where either is wrong. Architecture specification 341204-006US.
namespace datamover::device_model {

/// To what a work queue is configured, and its device built.
struct QueueRules {
  uint32_t max_transfer = 2u << 20;  // bytes
  uint32_t max_batch = 32;           // members
  bool block_on_fault = false;
  /// Fault addresses are those of pages.
  bool round_fault_addresses = true;
};

/// A page fault that there is not, for the client to prove itself on.
struct Injection {
  /// How many bytes are completed before it, as if that page were not there; beyond the transfer
  /// there is no fault.
  std::optional<uint64_t> at;
  bool on_write = false;
  /// What undefined fields of the record hold.
  uint32_t garbage = 0;
};

enum class Place { kQueue, kBatch };

/// The status, and for kInvalidFlags the offending flags, with which a descriptor is refused.
struct Refusal {
  abi::Status status;
  uint32_t invalid_flags = 0;
};

std::optional<Refusal> Validate(const abi::Descriptor& descriptor, const QueueRules& rules,
                                Place place);

abi::CompletionRecord RecordOf(const Refusal& refusal);

/// Executes a legal descriptor other than a batch.
abi::CompletionRecord Execute(const abi::Descriptor& descriptor, Memory& memory,
                              const QueueRules& rules, const Injection& injection);

/// Writes the record where the descriptor wants it, the status byte last. False: there is a record
/// to write, and no way to.
bool Report(const abi::Descriptor& descriptor, const abi::CompletionRecord& record, Memory& memory);

}  // namespace datamover::device_model
