#include "btt/device.h"

#include <algorithm>
#include <utility>

#include "btt/find.h"

namespace datamover::btt {

std::unique_ptr<Device> Device::Open(std::span<uint8_t> image, Medium& medium,
                                     uint64_t arena_bytes) {
  std::vector<std::pair<uint8_t*, Info>> found;
  for (std::span<uint8_t> rest = image;;) {
    const auto info = FindInfo(rest, arena_bytes);
    if (!info) return nullptr;
    if (!found.empty() && info->external_lbasize != found[0].second.external_lbasize) {
      return nullptr;
    }
    found.emplace_back(rest.data(), *info);
    if (info->nextoff == 0) break;
    rest = rest.subspan(info->nextoff);
  }
  std::vector<std::unique_ptr<Arena>> arenas;
  uint32_t lanes = UINT32_MAX;
  for (const auto& [base, info] : found) {
    arenas.push_back(std::make_unique<Arena>(base, info, medium));
    lanes = std::min(lanes, info.nfree);
  }
  return std::unique_ptr<Device>(new Device(image, std::move(arenas), lanes));
}

Device::Device(std::span<uint8_t> image, std::vector<std::unique_ptr<Arena>> arenas, uint32_t lanes)
    : image_(image), arenas_(std::move(arenas)), lanes_(lanes) {
  for (const auto& arena : arenas_) blocks_ += arena->info().external_nlba;
}

bool Device::read_only() const {
  return std::ranges::any_of(arenas_, [](const auto& arena) { return arena->failed(); });
}

Device::Place Device::Find(uint64_t block) const {
  auto arena = arenas_.begin();
  while (block >= (*arena)->info().external_nlba) block -= (*arena++)->info().external_nlba;
  return {**arena, static_cast<uint32_t>(block)};
}

/// The first free lane that is of use.
template <typename Use>
Start Device::TakeLane(uint32_t owner, Use use) {
  if (!lanes_.MayTake(owner)) return {Begun::kNoLane};
  const uint32_t count = lanes_.count();
  uint32_t lane = hint_.load(std::memory_order_relaxed);
  for (uint32_t tried = 0; tried < count; ++tried, ++lane) {
    if (lane >= count) lane = 0;
    if (!lanes_.Take(lane, owner)) continue;
    if (use(lane)) {
      hint_.store(lane + 1, std::memory_order_relaxed);
      lanes_.WaitNoMore(owner);
      return {Begun::kCopy, lane};
    }
    lanes_.Release(lane);
  }
  return {Begun::kNoLane};
}

Start Device::BeginRead(uint32_t owner, uint64_t block) {
  Start start = TakeLane(owner, [](uint32_t) { return true; });
  if (start.begun != Begun::kCopy) return start;
  const auto [arena, lba] = Find(block);
  const uint32_t entry = arena.BeginRead(start.lane, lba);
  const uint32_t at = entry & map_entry::kBlock;
  const uint32_t flags = entry & map_entry::kFlags;
  if (flags == map_entry::kNormal && at < arena.info().internal_nlba) {
    start.offset = static_cast<uint64_t>(arena.data(at) - image_.data());
    return start;
  }
  EndRead(start.lane);
  const bool zeros = flags == 0 || flags == map_entry::kZero;
  return {zeros ? Begun::kZeros : Begun::kBad};
}

Start Device::BeginWrite(uint32_t owner, uint64_t block) {
  Arena& arena = Find(block).arena;
  if (arena.failed()) return {Begun::kReadOnly};
  Start start = TakeLane(owner, [&arena](uint32_t lane) { return !arena.IsRead(lane); });
  if (start.begun != Begun::kCopy) return start;
  start.offset = static_cast<uint64_t>(arena.data(arena.lane(start.lane).free) - image_.data());
  return start;
}

Start Device::BeginMark(uint32_t owner) {
  if (read_only()) return {Begun::kReadOnly};
  return TakeLane(owner, [](uint32_t) { return true; });
}

void Device::EndRead(uint32_t lane) {
  for (const auto& arena : arenas_) arena->EndRead(lane);
  Release(lane);
}

void Device::Abandon(uint32_t owner) {
  lanes_.WaitNoMore(owner);
  for (uint32_t lane = 0; lane < lanes_.count(); ++lane) {
    if (lanes_.Has(lane, owner)) EndRead(lane);
  }
}

void Device::Retire(uint32_t owner) {
  for (uint32_t lane = 0; lane < lanes_.count(); ++lane) {
    if (lanes_.Has(lane, owner)) lanes_.Retire(lane);
  }
}

}  // namespace datamover::btt
