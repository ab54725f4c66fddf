#pragma once

#include <cstdint>

#include "abi/completion_record.h"
#include "abi/descriptor.h"
#include "engine/execute.h"

namespace datamover::engine {

/// Where a descriptor was found: batches do not nest, and only their members know fences.
enum class Place { kQueue, kBatch };

/// Why a descriptor is refused, small enough to be returned in registers.
struct Verdict {
  uint8_t status = 0;  // zero: it is legal
  uint32_t invalid_flags = 0;

  bool legal() const { return status == 0; }

  /// The record of the refusal.
  abi::CompletionRecord Record() const {
    abi::CompletionRecord record = {};
    record.status = status;
    record.invalid_flags = invalid_flags;
    return record;
  }
};

Verdict Validate(const abi::Descriptor& descriptor, const Limits& limits, Place place);

}  // namespace datamover::engine
