#pragma once

#include <map>
#include <memory>
#include <utility>

#include "device_model/device.h"
#include "device_model/file.h"
#include "device_model/loop.h"
#include "device_model/trap_client.h"

namespace datamover::device_model {

/// Serves programs whose accesses to the device files the preloaded shim passes on.
class TrapServer {
 public:
  TrapServer(Device& device, Loop& loop);

 private:
  struct Connection {
    Connection(Device& device, std::shared_ptr<Client> client_)
        : client(device, std::move(client_)) {}
    File file;
    TrapClient client;
  };

  void Accept();
  void Receive(Connection& connection);
  void Close(Connection& connection);

  Device& device_;
  Loop& loop_;
  File listener_;
  std::map<int, std::unique_ptr<Connection>> connections_;
};

}  // namespace datamover::device_model
