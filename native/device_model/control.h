#pragma once

#include <map>
#include <memory>
#include <string>

#include "device_model/device.h"
#include "device_model/file.h"
#include "device_model/loop.h"

namespace datamover::device_model {

inline constexpr char kControlName[] = "control.socket";

/// Takes commands while the model runs, a line each, at a socket in the root directory, and answers
/// each with a line of JSON: `stats`, `set NAME VALUE` (the options' names), `disable wqN.M`,
/// `enable wqN.M`.
class Control {
 public:
  Control(Device& device, Loop& loop);

 private:
  struct Connection {
    File file;
    std::string received;
  };

  void Accept();
  void Receive(Connection& connection);
  std::string Answer(const std::string& line);

  Device& device_;
  Loop& loop_;
  File listener_;
  std::map<int, std::unique_ptr<Connection>> connections_;
};

}  // namespace datamover::device_model
