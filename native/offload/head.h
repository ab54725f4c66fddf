#pragma once

#include <cstdint>

#include "abi/descriptor.h"

namespace datamover::offload {

/// Moves the first bytes of a job on the CPU, up to where its destination is a multiple of 64, and
/// makes the job the rest; returns how many bytes that were, 0 where it does not pay.
///
/// A device writes to memory in lines: on Sapphire Rapids each descriptor with a destination off
/// such a border cost 0.7 us more, five times the whole of a batched 4 KiB copy, and nothing to
/// speak of beyond 64 KiB (LightDSA, EuroSys '26). Where the result goes to the cache there is no
/// such price.
uint32_t MoveHead(abi::Descriptor& job);

}  // namespace datamover::offload
