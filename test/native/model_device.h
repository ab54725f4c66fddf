#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "device_model/device.h"
#include "device_model/sysfs_tree.h"

namespace datamover::test {

inline void EqualText(const std::string& actual, const std::string& expected,
                      std::source_location at = std::source_location::current()) {
  Check(actual == expected, "got '" + actual + "', expected '" + expected + "'", at);
}

/// A device model without its servers, of one queue, to which the tests are a client.
class ModelDevice {
 public:
  explicit ModelDevice(device_model::QueueOptions queue, device_model::Behaviour behaviour = {},
                       uint32_t version = 0x100) {
    char name[] = "/tmp/datamover-XXXXXX";
    options_.root = mkdtemp(name);
    options_.devices[0].version = version;
    options_.queues = {std::move(queue)};
    options_.behaviour = behaviour;
    device_model::MakeTree(options_);
    device_ = std::make_unique<device_model::Device>(options_);
    client = NewClient();
  }
  ~ModelDevice() { std::filesystem::remove_all(options_.root); }
  ModelDevice(const ModelDevice&) = delete;
  ModelDevice& operator=(const ModelDevice&) = delete;

  device_model::Device* operator->() { return device_.get(); }
  device_model::WorkQueue& queue() { return *device_->queues().front(); }
  const device_model::QueueStatistics& counted() { return queue().statistics; }

  static std::shared_ptr<device_model::Client> NewClient() {
    return std::make_shared<device_model::Client>(getpid(), false);
  }

  /// What an attribute of the device says, with the newline at its end.
  std::string Attribute(const std::string& name) const {
    std::ifstream file(options_.root + "/sys/bus/dsa/devices/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  const std::string& root() const { return options_.root; }

  std::shared_ptr<device_model::Client> client;

 private:
  device_model::Options options_;
  std::unique_ptr<device_model::Device> device_;
};

/// Each with a record of its own.
struct Jobs {
  explicit Jobs(size_t count) : records(count) {
    for (auto& record : records) list.push_back(Reporting(Describe(abi::Opcode::kNop), record));
  }
  size_t Done() const {
    size_t done = 0;
    for (const auto& record : records) done += record.status != 0;
    return done;
  }
  std::vector<abi::CompletionRecord> records;
  std::vector<abi::Descriptor> list;
};

}  // namespace datamover::test
