#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "btt/shared_device.h"
#include "pmem/mapping.h"

namespace datamover::napi {

/// An environment's part in a block device: the lanes that it has, and the mapping that its data
/// goes through.
class BttClient {
 public:
  BttClient(std::shared_ptr<btt::SharedDevice> shared, std::shared_ptr<pmem::Mapping> mapping)
      : shared_(std::move(shared)),
        mapping_(std::move(mapping)),
        owner_(shared_->device().AddOwner()) {}
  ~BttClient() { device().Abandon(owner_); }
  BttClient(const BttClient&) = delete;
  BttClient& operator=(const BttClient&) = delete;

  btt::SharedDevice& shared() { return *shared_; }
  btt::Device& device() { return shared_->device(); }
  uint32_t owner() const { return owner_; }
  bool has(uint32_t lane) { return device().lanes().Has(lane, owner_); }

  /// Whether all that was copied through the mapping is of the file, or went there. A file that was
  /// shorter at one time is not the same again when it is lengthened.
  bool holds() {
    held_ = held_ && mapping_->fd() >= 0 && mapping_->Held() == mapping_->bytes().size();
    return held_;
  }

  /// Where JavaScript reads the offset that Begin() answers with.
  const std::shared_ptr<double>& offset() const { return offset_; }

 private:
  const std::shared_ptr<btt::SharedDevice> shared_;
  const std::shared_ptr<pmem::Mapping> mapping_;
  const uint32_t owner_;
  bool held_ = true;
  const std::shared_ptr<double> offset_ = std::make_shared<double>(0);
};

}  // namespace datamover::napi
