#pragma once

#include <map>
#include <memory>

#include "device_model/device.h"
#include "device_model/file.h"
#include "device_model/loop.h"
#include "device_model/trap_protocol.h"

namespace datamover::device_model {

/// Serves programs whose accesses to the device files the preloaded shim passes on.
class TrapServer {
 public:
  TrapServer(Device& device, Loop& loop);

 private:
  struct Connection {
    File file;
    std::shared_ptr<Client> client;
    std::map<WorkQueue*, uint32_t> opens;
  };

  void Accept();
  void Receive(Connection& connection);
  void Close(Connection& connection);
  int32_t Handle(Connection& connection, const Request& request, WorkQueue* queue);
  int32_t Write(Connection& connection, const Request& request, WorkQueue& queue);

  Device& device_;
  Loop& loop_;
  File listener_;
  std::map<int, std::unique_ptr<Connection>> connections_;
};

}  // namespace datamover::device_model
