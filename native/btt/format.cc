#include "btt/format.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "btt/arena.h"

namespace datamover::btt {

namespace {

struct Place {
  uint8_t* base;
  Info info;
};

/// None where an arena has no room for such blocks.
std::vector<Place> Divide(std::span<uint8_t> image, const FormatOptions& options) {
  std::vector<Place> places;
  uint64_t rest = image.size() / kAlignment * kAlignment;
  uint8_t* base = image.data();
  while (rest >= kMinArena) {
    const uint64_t bytes = std::min(rest, options.arena_bytes);
    const auto info = Lay(bytes, options.block_bytes, options.free_blocks);
    // A last piece that is too small for so many blocks is not used.
    if (!info) break;
    if (!places.empty()) places.back().info.nextoff = ArenaBytes(places.back().info);
    places.push_back({base, *info});
    base += bytes;
    rest -= bytes;
  }
  for (Place& place : places) {
    Info& info = place.info;
    std::memcpy(info.signature, kSignature, sizeof kSignature);
    std::ranges::copy(options.uuid, info.uuid);
    std::ranges::copy(options.parent_uuid, info.parent_uuid);
    info.major = 1;
    info.minor = 1;
    info.checksum = Checksum(info);
  }
  return places;
}

/// Only what is not as it shall be is stored: a new file stays as sparse as it was.
int Write(std::span<uint64_t> to, std::span<const uint64_t> words, Medium& medium) {
  for (size_t i = 0; i < to.size(); ++i) {
    const uint64_t word = words.empty() ? 0 : words[i];
    if (to[i] != word) medium.Store(&to[i], word);
  }
  return medium.Flush(to.data(), to.size_bytes());
}

std::span<uint64_t> Words(uint8_t* from, const uint8_t* to) {
  return {reinterpret_cast<uint64_t*>(from), static_cast<size_t>(to - from) / sizeof(uint64_t)};
}

/// No info block is left where one could be looked for.
int Unmake(std::span<uint8_t> image, const std::vector<Place>& places, Medium& medium) {
  int error = 0;
  const auto clear = [&](uint8_t* at) {
    if (error == 0) error = Write(Words(at, at + sizeof(Info)), {}, medium);
  };
  clear(image.data());
  clear(image.data() + image.size() / kAlignment * kAlignment - sizeof(Info));
  for (const Place& place : places) {
    clear(place.base);
    clear(place.base + place.info.infooff);
  }
  return error != 0 ? error : medium.Drain();
}

int WriteMetadata(const Place& place, Medium& medium) {
  const Info& info = place.info;
  uint8_t* const base = place.base;
  if (const int error = Write(Words(base + info.mapoff, base + info.flogoff), {}, medium)) {
    return error;
  }
  std::vector<FlogSlot> slots((info.infooff - info.flogoff) / sizeof(FlogSlot));
  for (uint32_t lane = 0; lane < info.nfree; ++lane) {
    const uint32_t free = (info.external_nlba + lane) | map_entry::kZero;
    slots[lane].entries[0] = {.lba = lane, .old_map = free, .new_map = free, .seq = 1};
  }
  const std::span<const uint64_t> words(reinterpret_cast<const uint64_t*>(slots.data()),
                                        slots.size() * sizeof(FlogSlot) / sizeof(uint64_t));
  if (const int error = Write(Words(base + info.flogoff, base + info.infooff), words, medium)) {
    return error;
  }
  return medium.Drain();
}

}  // namespace

int Format(std::span<uint8_t> image, const FormatOptions& options, Medium& medium) {
  const auto places = Divide(image, options);
  if (places.empty()) return EINVAL;
  if (const int error = Unmake(image, places, medium)) return error;
  for (const Place& place : places) {
    if (const int error = WriteMetadata(place, medium)) return error;
  }
  // Without its first arena, an image is none: that comes last.
  for (auto place = places.rbegin(); place != places.rend(); ++place) {
    Info& backup = *reinterpret_cast<Info*>(place->base + place->info.infooff);
    if (const int error = WriteInfo(backup, place->info, medium)) return error;
    if (const int error = WriteInfo(*reinterpret_cast<Info*>(place->base), place->info, medium)) {
      return error;
    }
  }
  return medium.Holds() ? 0 : EIO;
}

}  // namespace datamover::btt
