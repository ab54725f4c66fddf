#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "btt/layout.h"

namespace datamover::btt {

/// Looks for contradictions in the metadata of an image: info blocks are whole and alike, sequence
/// numbers make sense, and map and flog together name each block once. A write that recovery would
/// finish is none. Nobody changes the image meanwhile.
///
/// @return what is wrong, as sentences, the first of many; empty: the image is consistent
std::vector<std::string> Check(std::span<const uint8_t> image, uint64_t arena_bytes = kMaxArena);

/// The same of one arena.
///
/// @param info its valid info block
bool IsConsistent(const uint8_t* base, const Info& info);

}  // namespace datamover::btt
