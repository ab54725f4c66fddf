#pragma once

#include <cstdint>

namespace datamover::offload {

/// What becomes of a job at a page that is not there.
enum class FaultPolicy : uint8_t {
  kContinue = 0,  // the CPU does the rest, on a thread of the pool
  kRetry = 1,     // the pages are touched, and the rest goes to a device again
  kError = 2,     // the job fails and says how far it came
};

/// A job to hand over, as JavaScript writes it into the ring: which slot, and how.
///
/// Bits 15:0 the slot, 17:16 the fault policy, 31:18 whose queues may serve it: 0 as the engine was
/// opened (and there: those of the calling thread's node, if there are any), 1 anybody's, 2 those
/// of the node where the memory is, if there are any, 3 + n those of node n alone.
struct Order {
  static constexpr uint32_t kLocal = 0;
  static constexpr uint32_t kAny = 1;
  static constexpr uint32_t kData = 2;
  static constexpr uint32_t kNode = 3;

  uint32_t bits;

  uint32_t slot() const { return bits & 0xffff; }
  FaultPolicy policy() const { return static_cast<FaultPolicy>(bits >> 16 & 3); }
  uint32_t place() const { return bits >> 18; }
};

}  // namespace datamover::offload
