#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "btt/arena.h"
#include "btt/lanes.h"
#include "btt/layout.h"
#include "btt/medium.h"

namespace datamover::btt {

/// What has become of the beginning of a read or write.
enum class Begun : uint8_t {
  kCopy,    // a lane was taken, and the data is to be copied
  kZeros,   // to read: the block reads as zeros
  kBad,     // to read: the block was marked bad
  kNoLane,  // all lanes are in use, or their blocks are still being read: later
  kReadOnly,
};

struct Start {
  Begun begun;
  uint32_t lane = 0;
  uint64_t offset = 0;  // of the data within the image
};

/// A block device over an image. Any thread may use it; see `Commit` for how changes are made.
class Device {
 public:
  /// Recovers the image; none where it has no layout that can be used.
  ///
  /// @param image aligned to 4096; has to outlive the device
  /// @param arena_bytes where to look for the second info block of the first arena
  static std::unique_ptr<Device> Open(std::span<uint8_t> image, Medium& medium,
                                      uint64_t arena_bytes = kMaxArena);

  std::span<uint8_t> image() const { return image_; }
  uint32_t block_bytes() const { return arenas_.front()->info().external_lbasize; }
  uint64_t blocks() const { return blocks_; }
  bool read_only() const;
  Lanes& lanes() { return lanes_; }
  std::span<const std::unique_ptr<Arena>> arenas() const { return arenas_; }

  /// An arena, and a block of it.
  struct Place {
    Arena& arena;
    uint32_t lba;
  };
  /// @param block below blocks()
  Place Find(uint64_t block) const;

  /// A number for one more owner of lanes.
  uint32_t AddOwner() { return ++owners_; }

  /// Where data is to be copied from, EndRead() comes after the copy, however that ends.
  Start BeginRead(uint32_t owner, uint64_t block);
  /// Where data is to be copied to, Commit() comes after the copy, or Release() if that failed.
  Start BeginWrite(uint32_t owner, uint64_t block);
  /// A lane for a change without data.
  Start BeginMark(uint32_t owner);

  void EndRead(uint32_t lane);
  void Release(uint32_t lane) {
    lanes_.Release(lane);
    hint_.store(lane, std::memory_order_relaxed);
  }
  /// Ends all that the owner has begun and nobody commits.
  void Abandon(uint32_t owner);
  /// Nobody has a lane of the owner's again: a device may still write to its block.
  void Retire(uint32_t owner);

 private:
  Device(std::span<uint8_t> image, std::vector<std::unique_ptr<Arena>> arenas, uint32_t lanes);

  template <typename Use>
  Start TakeLane(uint32_t owner, Use use);

  const std::span<uint8_t> image_;
  const std::vector<std::unique_ptr<Arena>> arenas_;
  uint64_t blocks_ = 0;
  Lanes lanes_;
  std::atomic<uint32_t> owners_{0};
  std::atomic<uint32_t> hint_{0};  // where a free lane may be
};

}  // namespace datamover::btt
