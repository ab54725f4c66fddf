#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "btt/layout.h"

namespace datamover::btt {

/// The info block there, if it is one of an arena that lies within so many bytes.
std::optional<Info> InfoAt(const uint8_t* at, uint64_t room);

/// That of the arena which begins there: its first info block, or else the one at its end, where
/// that would be if the arena had all bytes that it can have.
std::optional<Info> FindInfo(std::span<const uint8_t> rest, uint64_t arena_bytes);

}  // namespace datamover::btt
