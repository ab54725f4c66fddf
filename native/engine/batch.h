#pragma once

#include <optional>

#include "abi/completion_record.h"
#include "abi/descriptor.h"
#include "engine/execute.h"

namespace datamover::engine {

std::optional<abi::Status> CheckBatch(const abi::Descriptor& batch, const Limits& limits);

/// Executes the members one after the other on this thread and publishes their records. A member
/// with a fence behind one that did not succeed is abandoned with all that follow it: nothing of
/// theirs is touched. `bytes_completed` counts the members that were not.
abi::CompletionRecord RunBatch(const abi::Descriptor& batch, const Limits& limits);

}  // namespace datamover::engine
