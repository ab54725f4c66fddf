#include "btt/layout.h"

#include <algorithm>
#include <cstring>

namespace datamover::btt {

uint64_t Fletcher64(const void* block, size_t counted) {
  constexpr size_t kBytes = 4096;
  uint32_t low = 0, high = 0;
  for (size_t at = 0; at < counted; at += sizeof(uint32_t)) {
    uint32_t word;
    std::memcpy(&word, static_cast<const uint8_t*>(block) + at, sizeof word);
    low += word;
    high += low;
  }
  high += static_cast<uint32_t>((kBytes - counted) / sizeof(uint32_t)) * low;
  return uint64_t{high} << 32 | low;
}

std::optional<Info> Lay(uint64_t bytes, uint32_t block_bytes, uint32_t free_blocks) {
  const uint64_t place = RoundUp(std::max(block_bytes, kMinBlock), 256);
  const uint64_t flog = RoundUp(uint64_t{free_blocks} * sizeof(FlogSlot), kAlignment);
  const uint64_t fixed = 2 * sizeof(Info) + flog + kAlignment;
  if (free_blocks == 0 || free_blocks > kMostFreeBlocks || bytes < fixed) return std::nullopt;
  const uint64_t blocks = (bytes - fixed) / (place + sizeof(uint32_t));
  if (blocks < 2 * uint64_t{free_blocks} || blocks > map_entry::kBlock) return std::nullopt;

  Info info = {};
  info.external_lbasize = block_bytes;
  info.external_nlba = static_cast<uint32_t>(blocks - free_blocks);
  info.internal_lbasize = static_cast<uint32_t>(place);
  info.internal_nlba = static_cast<uint32_t>(blocks);
  info.nfree = free_blocks;
  info.infosize = sizeof(Info);
  info.dataoff = sizeof(Info);
  info.infooff = bytes - sizeof(Info);
  info.flogoff = info.infooff - flog;
  info.mapoff = info.flogoff - RoundUp(info.external_nlba * sizeof(uint32_t), kAlignment);
  return info;
}

namespace {

/// Whether the arena's areas lie one behind the other and hold what they are said to.
bool AreasFit(const Info& info, uint64_t room) {
  if (info.infooff % kAlignment != 0 || info.infooff > room || room - info.infooff < sizeof(Info) ||
      info.dataoff < sizeof(Info)) {
    return false;
  }
  const auto fits = [](uint64_t offset, uint64_t count, uint64_t each, uint64_t end) {
    return offset % sizeof(uint64_t) == 0 && offset <= end && count * each <= end - offset;
  };
  return fits(info.dataoff, info.internal_nlba, info.internal_lbasize, info.mapoff) &&
         fits(info.mapoff, info.external_nlba, sizeof(uint32_t), info.flogoff) &&
         fits(info.flogoff, info.nfree, sizeof(FlogSlot), info.infooff);
}

}  // namespace

bool IsValid(const Info& info, uint64_t room) {
  if (std::memcmp(info.signature, kSignature, sizeof kSignature) != 0) return false;
  if (info.checksum != Checksum(info)) return false;
  // The kernel's 2.0 lies elsewhere in a namespace, and is the same within an arena.
  if (info.major != 1 && info.major != 2) return false;
  if (info.external_lbasize == 0 || info.external_lbasize > info.internal_lbasize) return false;
  if (info.internal_nlba > map_entry::kBlock) return false;
  if (info.nfree == 0 || info.nfree > kMostFreeBlocks) return false;
  if (info.external_nlba == 0) return false;
  if (uint64_t{info.external_nlba} + info.nfree != info.internal_nlba) return false;
  if (!AreasFit(info, room) || ArenaBytes(info) < kMinArena) return false;
  return info.nextoff == 0 || (info.nextoff == ArenaBytes(info) && info.nextoff < room);
}

}  // namespace datamover::btt
