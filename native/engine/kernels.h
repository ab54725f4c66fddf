#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

// The loops over memory. Each picks its best implementation for this CPU once, at first use; the
// implementations are in kernels/, one file per instruction set, and are tested against the
// portable ones.
namespace datamover::engine {

// What no cache would hold is written past the caches. `whole`, where it is not 0, is the size of
// the job that the range is a part of.

/// As memmove: overlapping ranges are copied as if through a temporary.
void Move(uint8_t* destination, const uint8_t* source, size_t bytes, size_t whole = 0);

/// As Move to two destinations. No two of the three ranges overlap.
void Dualcast(uint8_t* destination1, uint8_t* destination2, const uint8_t* source, size_t bytes,
              size_t whole = 0);

/// Byte i of the destination becomes byte i % 8 of `pattern` in memory order.
void Fill(uint8_t* destination, uint64_t pattern, size_t bytes, size_t whole = 0);

/// Index of the first difference, or `bytes` when there is none.
size_t Compare(const uint8_t* a, const uint8_t* b, size_t bytes);
size_t ComparePattern(const uint8_t* a, uint64_t pattern, size_t bytes);

/// Raw CRC-32C register (polynomial 0x1EDC6F41, bit-reversed form, no inversion before or after)
/// run over `bytes` bytes, least significant bit of each byte first.
uint32_t Crc32c(uint32_t state, const uint8_t* data, size_t bytes);
/// The same while copying, of the copy, even if the source changes meanwhile; the ranges do not
/// overlap.
uint32_t CopyCrc32c(uint32_t state, uint8_t* destination, const uint8_t* source, size_t bytes,
                    size_t whole = 0);
/// As Crc32c over data whose every byte is bit-reversed: most significant bit of each byte first.
uint32_t Crc32cReversedBytes(uint32_t state, const uint8_t* data, size_t bytes);
/// The register after `bytes` zero bytes: with it the CRCs of parts are joined.
/// crc(A then B) = Crc32cShift(crc(A), |B|) ^ crc of B started from register 0.
uint32_t Crc32cShift(uint32_t state, uint64_t bytes);

/// Blocks of data that lie `source_distance` bytes apart, and where they are copied to.
struct Blocks {
  const uint8_t* source;
  size_t source_distance;
  uint8_t* copy;  // null: nowhere
  size_t copy_distance;
  size_t bytes;      // of a block
  bool far = false;  // they are of more than caches hold

  /// Those behind the first `count`.
  Blocks Behind(size_t count) const {
    return {source + count * source_distance,
            source_distance,
            copy != nullptr ? copy + count * copy_distance : nullptr,
            copy_distance,
            bytes,
            far};
  }
};
/// The CRC-16 register (T10 guards: polynomial 0x8BB7, most significant bit first, no inversion) of
/// each of as many blocks as there are guards, begun from `state`. Where blocks are copied it is
/// that of the copy, even if the source changes meanwhile.
void Crc16T10(std::span<uint16_t> guards, uint16_t state, const Blocks& blocks);

/// How far two ranges were compared, and how many bytes of record that made.
struct DeltaScan {
  size_t scanned;
  size_t used;
};
/// Writes an entry for each word of eight bytes that differs: its index in 16 bits, little-endian,
/// and the word of `after`. Stops before an entry for which there is no room. `bytes`, a multiple
/// of 8, is at most 512 KiB.
DeltaScan CreateDelta(uint8_t* record, size_t room, const uint8_t* before, const uint8_t* after,
                      size_t bytes);

/// What is wrong with a record, and at which byte of it.
struct DeltaFault {
  enum Kind : uint8_t { kNone, kOrder, kRange } kind;
  size_t at;
};
/// Whether the indices of the record rise, and all lie within `bytes`.
DeltaFault CheckDelta(const uint8_t* record, size_t record_bytes, size_t bytes);
/// Writes the words of the record; those outside of the target are passed over.
void ApplyDelta(uint8_t* target, size_t bytes, const uint8_t* record, size_t record_bytes);

/// Writes the cache lines of the range back to memory and, unless `keep`, drops them from the
/// caches; returns when that is ordered before later stores. Lines that the range only touches are
/// included. False, also for an empty range, where the CPU cannot.
bool FlushLines(const uint8_t* start, size_t bytes, bool keep);

/// Names of the implementations chosen for the kernels that have several, for diagnosis. Vectors:
/// compare, fill and dualcast.
const char* VectorsImplementation();
const char* Crc32cImplementation();
const char* Crc16Implementation();
const char* FlushImplementation();

}  // namespace datamover::engine
