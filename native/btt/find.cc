#include "btt/find.h"

#include <algorithm>
#include <cstring>

namespace datamover::btt {

std::optional<Info> InfoAt(const uint8_t* at, uint64_t room) {
  Info info;
  std::memcpy(&info, at, sizeof info);
  if (!IsValid(info, room)) return std::nullopt;
  return info;
}

std::optional<Info> FindInfo(std::span<const uint8_t> rest, uint64_t arena_bytes) {
  if (rest.size() < 2 * sizeof(Info)) return std::nullopt;
  if (const auto info = InfoAt(rest.data(), rest.size())) return info;
  const uint64_t whole = rest.size() / kAlignment * kAlignment;
  const uint64_t bytes = std::min(whole, arena_bytes);
  const auto info = InfoAt(rest.data() + bytes - sizeof(Info), rest.size());
  if (info && ArenaBytes(*info) == bytes) return info;
  return std::nullopt;
}

}  // namespace datamover::btt
