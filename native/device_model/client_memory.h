#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "device_model/memory.h"

namespace datamover::device_model {

/// The memory of another process, by its own addresses: what shared virtual memory is to a device.
class ClientMemory final : public Memory {
 public:
  /// @param real_faults pages that are not in memory, or not writable without a fault, are not
  /// present; else all are
  ClientMemory(pid_t process, bool real_faults);
  ~ClientMemory() override;
  ClientMemory(const ClientMemory&) = delete;
  ClientMemory& operator=(const ClientMemory&) = delete;

  size_t Read(uint64_t address, std::span<uint8_t> to) override;
  size_t Write(uint64_t address, std::span<const uint8_t> from) override;
  size_t Present(uint64_t address, size_t bytes, Access access, From from) override;

 private:
  std::vector<uint64_t> PageEntries(uint64_t first_page, size_t pages) const;
  static bool IsPresent(uint64_t entry, Access access);

  const pid_t process_;
  int pagemap_ = -1;
};

}  // namespace datamover::device_model
