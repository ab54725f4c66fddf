#pragma once

#include <cstdint>
#include <memory>

#include "portal/work_queue.h"

namespace datamover::offload {

struct LoopbackSettings {
  uint32_t size = 64;               // entries
  uint32_t max_transfer = 2 << 20;  // bytes
  uint32_t max_batch = 32;          // members
  /// Every so many descriptors one stops at a page fault, at a byte that changes; 0: none does.
  uint32_t fault_every = 0;
};

/// A work queue without a device: the software engine executes descriptors as they are submitted.
/// It tells what the way to a device costs and whether it is right, on machines that have none.
std::shared_ptr<portal::WorkQueue> Loopback(const LoopbackSettings& settings);

}  // namespace datamover::offload
