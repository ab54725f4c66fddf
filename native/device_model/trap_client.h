#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>

#include "device_model/device.h"
#include "device_model/trap_protocol.h"

namespace datamover::device_model {

/// What a process asks for through the shim, packet by packet.
class TrapClient {
 public:
  TrapClient(Device& device, std::shared_ptr<Client> client);
  TrapClient(const TrapClient&) = delete;
  TrapClient& operator=(const TrapClient&) = delete;

  /// Does what the packet asks for. False: it is none of the protocol, and whoever sends such is
  /// not to be listened to.
  ///
  /// @param answer to be sent; nothing: nobody waits for one
  bool Take(std::span<const uint8_t> packet, std::optional<Answer>& answer);

  /// The process is gone, and so is what it had.
  void End();

 private:
  int32_t Handle(const Request& request, WorkQueue& queue);
  int32_t Write(const Request& request, WorkQueue& queue);

  Device& device_;
  const std::shared_ptr<Client> client_;
  std::map<WorkQueue*, uint32_t> opens_;
};

}  // namespace datamover::device_model
