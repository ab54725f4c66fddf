#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

// The block translation table as it lies in an image, version 1.1 of the layout: arenas one after
// the other, of at least 16 MiB and at most 512 GiB. Offsets within an arena are relative to its
// start.
//
//   0        info block
//   dataoff  internal_nlba blocks of internal_lbasize bytes
//   mapoff   a map entry for each external block
//   flogoff  a slot for each free block
//   infooff  the info block once more
//
// All numbers are little-endian.
namespace datamover::btt {

static_assert(std::endian::native == std::endian::little);

inline constexpr uint64_t kMinArena = uint64_t{16} << 20;
inline constexpr uint64_t kMaxArena = uint64_t{512} << 30;
inline constexpr uint64_t kAlignment = 4096;
inline constexpr uint32_t kMinBlock = 512;
inline constexpr uint32_t kFreeBlocks = 256;
/// Linux and libpmemblk lay out 256, one for each lane. An image may not ask for more memory, and
/// time, for its lanes than one that somebody uses would: what it says of itself costs it nothing.
inline constexpr uint32_t kMostFreeBlocks = 4096;

inline constexpr char kSignature[16] = "BTT_ARENA_INFO\0";

/// Bits of Info::flags.
inline constexpr uint32_t kArenaError = 1;  // metadata is damaged: read only

struct Info {
  char signature[16];
  uint8_t uuid[16];
  uint8_t parent_uuid[16];
  uint32_t flags;
  uint16_t major;
  uint16_t minor;
  uint32_t external_lbasize;  // bytes of a block as it is asked for
  uint32_t external_nlba;
  uint32_t internal_lbasize;  // bytes of the place it has
  uint32_t internal_nlba;
  uint32_t nfree;
  uint32_t infosize;
  uint64_t nextoff;  // of the next arena; 0: there is none
  uint64_t dataoff;
  uint64_t mapoff;
  uint64_t flogoff;
  uint64_t infooff;
  uint8_t unused[3968];
  uint64_t checksum;
};
static_assert(sizeof(Info) == 4096 && offsetof(Info, checksum) == 4088);

/// A map entry: a block number, and what the block is. Entries that were never written are 0: the
/// block of the same number, which reads as zeros.
namespace map_entry {
inline constexpr uint32_t kBlock = 0x3fff'ffff;
inline constexpr uint32_t kError = 0x4000'0000;   // cannot be read
inline constexpr uint32_t kZero = 0x8000'0000;    // reads as zeros
inline constexpr uint32_t kNormal = 0xc000'0000;  // both bits
inline constexpr uint32_t kFlags = kNormal;

/// With the block number that an entry that was never written stands for.
constexpr uint32_t Resolve(uint32_t entry, uint32_t lba) {
  return (entry & kFlags) == 0 ? lba | kNormal : entry;
}
}  // namespace map_entry

/// What a lane writes before it changes the map. Two of them, written by turns, stand in a slot:
/// the newer one's sequence number follows the other's in the cycle 1, 2, 3; 0: never written.
struct FlogEntry {
  uint32_t lba;
  uint32_t old_map;
  uint32_t new_map;
  uint32_t seq;
};
static_assert(sizeof(FlogEntry) == 16);

struct FlogSlot {
  FlogEntry entries[4];
};
static_assert(sizeof(FlogSlot) == 64);

constexpr uint32_t NextSequence(uint32_t seq) { return seq % 3 + 1; }

constexpr uint64_t RoundUp(uint64_t value, uint64_t unit) {
  return (value + unit - 1) / unit * unit;
}

/// Fletcher-64 of a block of 4096 bytes, as words of 32 bits; those behind the first `counted`
/// bytes count as zeros.
uint64_t Fletcher64(const void* block, size_t counted);
inline uint64_t Checksum(const Info& info) { return Fletcher64(&info, offsetof(Info, checksum)); }

/// Sizes and offsets of an arena; all else is zero. None where it cannot hold twice as many blocks
/// as are free, or these are more than kMostFreeBlocks.
///
/// @param bytes of the arena, a multiple of 4096
std::optional<Info> Lay(uint64_t bytes, uint32_t block_bytes, uint32_t free_blocks);

/// Whether it is an info block, unharmed, of an arena that lies within so many bytes.
bool IsValid(const Info& info, uint64_t room);

/// Bytes of the arena that it describes.
constexpr uint64_t ArenaBytes(const Info& info) { return info.infooff + sizeof(Info); }

}  // namespace datamover::btt
