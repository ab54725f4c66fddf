#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "device_model/device.h"
#include "device_model/file.h"
#include "device_model/loop.h"

namespace datamover::device_model {

/// Serves one program whose stores land in a page of memory, 64 slots that are looked through in
/// turn. Nothing holds the stores back, so this is where a missing fence shows, and a client that
/// has more under way than there are slots, or does not go through them in turn.
class PageServer {
 public:
  PageServer(Device& device, Loop& loop, WorkQueue& queue);
  ~PageServer();
  PageServer(const PageServer&) = delete;
  PageServer& operator=(const PageServer&) = delete;

 private:
  bool Poll();
  /// The next slot that holds a descriptor, or null.
  abi::Descriptor* NextFilled();

  Device& device_;
  WorkQueue& queue_;
  const std::string path_;
  File file_;
  abi::Descriptor* slots_;
  size_t next_ = 0;
  std::shared_ptr<Client> client_;
};

}  // namespace datamover::device_model
