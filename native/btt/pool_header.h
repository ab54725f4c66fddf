#pragma once

#include <cstdint>
#include <span>

#include "btt/format.h"
#include "btt/medium.h"

// A pool of libpmemblk is an image behind a header of 4 KiB, and as many for its block size.
namespace datamover::btt {

/// Where the image begins in a file: behind the header of a pool, if there is one.
uint64_t ImageOffset(std::span<const uint8_t> file);

/// Makes the file a pool, which PMDK's library and tools know. An errno; 0: none.
///
/// @param file at least 8 KiB, aligned to 4096
/// @param options their `parent_uuid` is that of the pool
int WritePoolHeader(std::span<uint8_t> file, const FormatOptions& options, Medium& medium);

}  // namespace datamover::btt
