#pragma once

#include <optional>

#include "abi/completion_record.h"
#include "abi/descriptor.h"
#include "engine/provider.h"

namespace datamover::engine {

/// What a work queue would be configured to; a descriptor beyond them is refused as by hardware.
struct Limits {
  uint32_t max_transfer = 0xffff'ffff;  // bytes
  uint32_t max_batch = 1024;            // members of a batch
  uint32_t whole = 0;  // bytes of the job that the descriptor is a part of, if it is one
};

/// Executes one descriptor on the calling thread and returns its completion record.
///
/// Validation, results and status codes are those of DSA 1.0 hardware on which only address 0
/// faults. The record of `descriptor` itself is not written (see Complete); the members of a batch
/// publish theirs, as their own flags ask. The status is never kPending. All memory that the
/// descriptor names must stay valid during the call.
///
/// @param provider whose kernels are preferred, or null
abi::CompletionRecord Execute(const abi::Descriptor& descriptor, const Limits& limits = {},
                              Provider* provider = nullptr);

/// Validation alone: the record with which the descriptor is refused, or nothing if it is legal.
std::optional<abi::CompletionRecord> Refuse(const abi::Descriptor& descriptor,
                                            const Limits& limits = {});

/// Execute without validation, for a descriptor that Refuse let pass or a part of one.
abi::CompletionRecord ExecuteLegal(const abi::Descriptor& descriptor, const Limits& limits = {},
                                   Provider* provider = nullptr);

/// Whether a descriptor with this outcome wants its record written. It needs kRecordAddressValid
/// and an address that can hold a record; then always with kRequestRecord, without it only when
/// the status is none of 0x01, 0x02, 0x05.
bool WantsRecord(const abi::Descriptor& descriptor, const abi::CompletionRecord& record);

/// Writes `record` to the descriptor's record address if it wants one: bytes 1-31 first, then the
/// status byte with release order, so that who sees the status sees the data and the record.
void Complete(const abi::Descriptor& descriptor, const abi::CompletionRecord& record);

}  // namespace datamover::engine
