#pragma once

#include <cstdint>

#include "abi/completion_record.h"
#include "abi/descriptor.h"

// A device stops at a page that is not there, and says how far it came. What is left is a job of
// its own. These are the rules by which one goes on, whoever does; the architecture specification
// has them with each operation, under partial completion.
namespace datamover::offload {

/// Whether the record is that of a job that stopped at a page fault and can be continued.
bool Stopped(const abi::CompletionRecord& record);

/// Whether the device refused what is legal: it takes the destination of a strip to be as long as
/// its source, and finds an overlap where there is none.
bool RefusedWrongly(const abi::Descriptor& job, const abi::CompletionRecord& record);

/// Makes `job`, of which `record` tells how it stopped, the rest of itself. Returns the bytes that
/// it had done, 0 for delta records: those begin anew, which gives the same.
uint32_t Advance(abi::Descriptor& job, const abi::CompletionRecord& record);

/// The record of a whole job from that of its rest, which began after `done` bytes.
abi::CompletionRecord Whole(const abi::Descriptor& rest, abi::CompletionRecord record,
                            uint64_t done);

}  // namespace datamover::offload
