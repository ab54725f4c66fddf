#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "btt/layout.h"
#include "btt/medium.h"

namespace datamover::btt {

using Uuid = std::array<uint8_t, 16>;

struct FormatOptions {
  uint32_t block_bytes = 4096;
  uint32_t free_blocks = kFreeBlocks;
  Uuid uuid = {};
  Uuid parent_uuid = {};
  uint64_t arena_bytes = kMaxArena;  // at most; every arena but the last has so many
  bool pool = false;                 // make the file a pool of libpmemblk, see WritePoolHeader()
};

/// Lays out arenas over the image, which loses what it held. Until all of it is done, the image is
/// none that can be opened. An errno; 0: none; EINVAL: the image is too small for such blocks.
///
/// @param image aligned to 4096; what is left beyond a multiple of 4096 bytes is not used
int Format(std::span<uint8_t> image, const FormatOptions& options, Medium& medium);

}  // namespace datamover::btt
