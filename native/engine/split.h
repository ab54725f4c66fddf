#pragma once

#include <cstddef>
#include <span>

#include "abi/completion_record.h"
#include "abi/descriptor.h"

// One large job as several smaller ones that may run at the same time. The descriptor has passed
// validation (see Refuse); parts are cut at multiples of a page so that patterns keep their phase.
namespace datamover::engine {

/// Into how many parts, at most `wanted`, the job should be cut: 1 where it is too small to pay or
/// where the operation, or an overlap of its ranges, does not allow it.
size_t PartCount(const abi::Descriptor& descriptor, size_t wanted);

/// Part `index` of `count`. Its flags ask for no record of its own.
abi::Descriptor Part(const abi::Descriptor& descriptor, size_t index, size_t count);

/// The record of the whole from the records of its parts, in order.
abi::CompletionRecord Join(const abi::Descriptor& descriptor,
                           std::span<const abi::CompletionRecord> parts);

}  // namespace datamover::engine
