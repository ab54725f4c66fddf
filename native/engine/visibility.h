#pragma once

#include "abi/descriptor.h"

namespace datamover::engine {

/// Does to what a job has written what its cache control asks for: 2 alone writes the lines back to
/// memory, so that they are durable where that is; with 1 they stay in the cache. Either way the
/// last byte of each range is read back. False where this CPU cannot write lines back.
bool Settle(const abi::Descriptor& job);

}  // namespace datamover::engine
