#pragma once

#include <array>
#include <cstdint>

#include "abi/descriptor.h"

namespace datamover::offload {

/// Brings pages of the job's memory in as the device will want them: written pages by a write,
/// since one that was only read may be the shared zero page. Contents stay as they are, also beside
/// others who write. Of each range at most `bytes` from its beginning.
void TouchPages(const abi::Descriptor& job, uint64_t bytes);

/// Touches the destinations of jobs before they go to a device, where a fault costs many times what
/// it costs the CPU. Pages that were touched lately are left alone, so that work in memory that is
/// used again and again pays for it once.
class Prefault {
 public:
  void operator()(const abi::Descriptor& job);

 private:
  /// Per job and destination; the fault of a larger one is small beside its transfer.
  static constexpr uint64_t kBytes = 64 * 1024;
  static constexpr uint64_t kEntries = 4096;

  void Touch(uint64_t address, uint64_t bytes);

  /// Page numbers, each in the place that its low bits say.
  std::array<uint64_t, kEntries> touched_ = {};
};

}  // namespace datamover::offload
