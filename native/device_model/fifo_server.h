#pragma once

#include <deque>
#include <memory>
#include <string>

#include "device_model/device.h"
#include "device_model/file.h"
#include "device_model/loop.h"

namespace datamover::device_model {

/// Serves one program that writes descriptors into a FIFO, with nothing preloaded. The pipe is as
/// large as a page, so that a client which writes faster than the model reads finds it full.
class FifoServer {
 public:
  FifoServer(Device& device, Loop& loop, WorkQueue& queue);

 private:
  void Receive();
  /// Gives the queue what was received; true: it took some.
  bool Submit();

  Device& device_;
  Loop& loop_;
  WorkQueue& queue_;
  const std::string path_;
  File file_;
  std::shared_ptr<Client> client_;
  std::deque<abi::Descriptor> waiting_;
};

}  // namespace datamover::device_model
