#pragma once

#include <cstdint>
#include <span>

namespace datamover::pmem {

/// Puts memory of zeros in the place of what is mapped there, all at once; as a rule it takes no
/// room until it is written. May be called in a handler of signals.
///
/// @param range of whole units in which what is there can be mapped
/// @param protection as of mmap
/// @return false: the system refuses
bool MapZeros(std::span<uint8_t> range, int protection);

}  // namespace datamover::pmem
