#pragma once

#include <cstdint>
#include <string>

namespace datamover::device_model {

/// What the software error register holds of an error that no completion record tells of.
struct SoftwareError {
  uint8_t error = 0;  // a status code, or one of those below
  uint8_t queue = 0;
  uint8_t operation = 0;
  bool in_batch = false;
  bool write_fault = false;
  uint32_t invalid_flags = 0;
  uint64_t fault_address = 0;
};

/// A store to a dedicated queue that had no room: the descriptor is dropped.
inline constexpr uint8_t kQueueOverflow = 0x53;

/// The register as the attribute `errors` shows it: 256 bits, the highest first.
std::string Bitmap(const SoftwareError& error);

}  // namespace datamover::device_model
