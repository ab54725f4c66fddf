#pragma once

#include <cstddef>
#include <cstdint>

// The loops over memory. Each picks its best implementation for this CPU once, at first use; the
// implementations are in kernels/, one file per instruction set, and are tested against the
// portable ones.
namespace datamover::engine {

/// As memmove: overlapping ranges are copied as if through a temporary.
void Move(uint8_t* destination, const uint8_t* source, size_t bytes);

/// As Move to two destinations. No two of the three ranges overlap.
void Dualcast(uint8_t* destination1, uint8_t* destination2, const uint8_t* source, size_t bytes);

/// Byte i of the destination becomes byte i % 8 of `pattern` in memory order.
void Fill(uint8_t* destination, uint64_t pattern, size_t bytes);

/// Index of the first difference, or `bytes` when there is none.
size_t Compare(const uint8_t* a, const uint8_t* b, size_t bytes);
size_t ComparePattern(const uint8_t* a, uint64_t pattern, size_t bytes);

/// Raw CRC-32C register (polynomial 0x1EDC6F41, bit-reversed form, no inversion before or after)
/// run over `bytes` bytes, least significant bit of each byte first.
uint32_t Crc32c(uint32_t state, const uint8_t* data, size_t bytes);
/// The same while copying; the ranges do not overlap.
uint32_t CopyCrc32c(uint32_t state, uint8_t* destination, const uint8_t* source, size_t bytes);
/// As Crc32c over data whose every byte is bit-reversed: most significant bit of each byte first.
uint32_t Crc32cReversedBytes(uint32_t state, const uint8_t* data, size_t bytes);
/// The register after `bytes` zero bytes: with it the CRCs of parts are joined.
/// crc(A then B) = Crc32cShift(crc(A), |B|) ^ crc of B started from register 0.
uint32_t Crc32cShift(uint32_t state, uint64_t bytes);

/// Writes the cache lines of the range back to memory and, unless `keep`, drops them from the
/// caches; returns when that is ordered before later stores. Lines that the range only touches are
/// included. False, also for an empty range, where the CPU cannot.
bool FlushLines(const uint8_t* start, size_t bytes, bool keep);

/// Name of the implementation chosen for each kernel that has several, for diagnosis.
const char* Crc32cImplementation();
const char* FlushImplementation();

}  // namespace datamover::engine
