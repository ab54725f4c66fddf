#pragma once

#include <cstdint>
#include <span>

#include "abi/completion_record.h"
#include "abi/descriptor.h"
#include "engine/execute.h"
#include "engine/validation.h"

// The engine and the device model, asked the same.
namespace datamover::fuzz {

inline constexpr engine::Limits kLimits = {.max_transfer = 1 << 20, .max_batch = 16};

enum class Verdict {
  kLegal,
  kRefused,
  kFaults,    // by the engine, as an address is 0
  kTouching,  // a strip that the device refuses by an erratum: it takes its destination for longer
  kReadback,  // a drain that reads back, which the device does not know
};
/// What both say.
Verdict Judge(const abi::Descriptor& job, engine::Place place);

/// Executes a legal job that is no batch, on memory that is there.
abi::CompletionRecord ByModel(const abi::Descriptor& job);
/// The same for a legal batch, each member of which has a fence. Members' records are written.
abi::CompletionRecord BatchByModel(const abi::Descriptor& job);

/// Writes the record where the job wants it.
void ReportByModel(const abi::Descriptor& job, const abi::CompletionRecord& record);

void RequireEqual(const abi::CompletionRecord& ours, const abi::CompletionRecord& theirs);

/// Each implementation of the CRCs that this CPU has gives the same for these bytes.
void RequireEqualCrcs(std::span<const uint8_t> bytes, uint32_t seed);

}  // namespace datamover::fuzz
