#pragma once

#include <cstdint>
#include <cstring>
#include <span>

namespace datamover::btt {

/// A pool of libpmemblk has 4 KiB of header before its image, and 4 KiB for its block size.
inline constexpr uint64_t kPoolBytes = 8192;

/// Where the image begins in a file.
inline uint64_t ImageOffset(std::span<const uint8_t> file) {
  constexpr char kPool[8] = "PMEMBLK";
  const bool pool = file.size() > kPoolBytes && std::memcmp(file.data(), kPool, sizeof kPool) == 0;
  return pool ? kPoolBytes : 0;
}

}  // namespace datamover::btt
