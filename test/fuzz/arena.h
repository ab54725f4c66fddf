#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "abi/completion_record.h"
#include "abi/descriptor.h"
#include "input.h"

// Memory, and descriptors over it.
namespace datamover::fuzz {

inline constexpr uint32_t kPlaces = 0x8000;  // bytes in which ranges begin
inline constexpr uint32_t kMost = 0x4000;    // bytes of a source
inline constexpr size_t kMembers = 8;

/// Where all ranges lie, so that they meet. None is longer than twice a source.
using Arena = std::array<uint8_t, kPlaces + 2 * kMost>;
extern Arena arena;
/// What it holds before a job.
extern Arena initial;

/// A descriptor whose addresses lie in the arena, most of the time one that is legal but for ranges
/// that overlap.
abi::Descriptor Make(Input& input);

/// What the engine has done is in `ours`, and the arena is as it was.
abi::CompletionRecord ExecuteByEngine(const abi::Descriptor& job, Arena& ours);

/// Whether the device has an outcome in memory for itself.
bool Differs(const abi::Descriptor& member);

/// A batch of the members, which are made to be executed in their order, and not to differ.
///
/// @param head whose record the batch has
abi::Descriptor BatchOf(std::span<abi::Descriptor> members, const abi::Descriptor& head);

}  // namespace datamover::fuzz
