#pragma once

#include <cstdint>
#include <span>

#include "btt/device.h"
#include "btt/medium.h"

namespace datamover::btt {

struct Change {
  enum class Kind : uint8_t {
    kWrite,         // its data is durable
    kWriteToFlush,  // its data is stored
    kZero,          // the block reads as zeros from now on
    kBad,           // the block cannot be read from now on
  };
  Kind kind;
  uint32_t lane;
  uint64_t block;
  int error = 0;  // answer: an errno; 0: the change is durable
};

/// Makes changes durable, each as a whole or not at all, and releases their lanes. This is the
/// order, each step durable before the next begins:
///
///   data, {lba, old} in the flog, {new, seq} in the flog, the map
///
/// Changes are taken through the steps together. Two that have a lock of the map in common are not:
/// what the second replaces is what the first has written.
void Commit(Device& device, std::span<Change> changes, Medium& medium);

}  // namespace datamover::btt
