#include "device_model/software_error.h"

#include <array>
#include <cstdio>

namespace datamover::device_model {

// union sw_err_reg of drivers/dma/idxd/registers.h.
std::string Bitmap(const SoftwareError& error) {
  constexpr uint32_t kValid = 1 << 0, kDescriptorValid = 1 << 2, kQueueValid = 1 << 3;
  constexpr uint32_t kBatch = 1 << 4, kWrite = 1 << 5;
  std::array<uint32_t, 8> words = {};
  words[0] = kValid | kDescriptorValid | kQueueValid;
  if (error.in_batch) words[0] |= kBatch;
  if (error.write_fault) words[0] |= kWrite;
  words[0] |= uint32_t{error.error} << 8 | uint32_t{error.queue} << 16;
  words[1] = error.operation;
  words[3] = error.invalid_flags;
  words[4] = static_cast<uint32_t>(error.fault_address);
  words[5] = static_cast<uint32_t>(error.fault_address >> 32);
  std::string text;
  for (size_t i = words.size(); i-- > 0;) {
    char group[16];
    std::snprintf(group, sizeof group, "%08x%s", words[i], i == 0 ? "" : ",");
    text += group;
  }
  return text;
}

}  // namespace datamover::device_model
