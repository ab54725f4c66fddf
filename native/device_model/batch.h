#pragma once

#include <functional>
#include <random>

#include "abi/completion_record.h"
#include "abi/descriptor.h"
#include "device_model/execute.h"

namespace datamover::device_model {

using Random = std::mt19937_64;

/// Called for each member that is executed, with its record.
using MemberDone = std::function<void(const abi::Descriptor&, const abi::CompletionRecord&)>;

/// Executes a legal batch, and reports its members: in an order that nobody may rely on, except
/// that a fence is not overtaken. Members behind a fence that follows a failure are left alone.
///
/// @param injection asked once for each member
abi::CompletionRecord ExecuteBatch(
    const abi::Descriptor& batch, Memory& memory, const QueueRules& rules,
    const std::function<Injection(const abi::Descriptor&)>& injection, Random& random,
    const MemberDone& done);

}  // namespace datamover::device_model
