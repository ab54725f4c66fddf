#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "abi/completion_record.h"
#include "abi/descriptor.h"

// One large job as several smaller ones that may run at the same time. The descriptor has passed
// validation (see Refuse); parts are cut at multiples of a page, so that patterns keep their phase,
// or of a block.
namespace datamover::engine {

/// Into how many parts, at most `wanted`, the job should be cut: 1 where it is too small to pay or
/// where the operation, or an overlap of its ranges, does not allow it.
size_t PartCount(const abi::Descriptor& descriptor, size_t wanted);

/// Part `index` of `count`: a slice of the job.
abi::Descriptor Part(const abi::Descriptor& descriptor, size_t index, size_t count);

/// The record of the whole from the records of its parts, in order.
abi::CompletionRecord Join(const abi::Descriptor& descriptor,
                           std::span<const abi::CompletionRecord> parts);

/// The job's bytes from `begin`, a multiple of 8 and of Grain(), to `end`. Its flags ask for no
/// record.
abi::Descriptor Slice(const abi::Descriptor& descriptor, uint64_t begin, uint64_t end);

/// Where a slice began, and what became of it.
struct SliceRecord {
  uint64_t begin;
  abi::CompletionRecord record;
};

/// The record of the whole from those of the slices that it was cut into, in order. The first that
/// failed counts, with its bytes completed from the beginning of the whole.
abi::CompletionRecord Join(const abi::Descriptor& descriptor, std::span<const SliceRecord> slices);

}  // namespace datamover::engine
