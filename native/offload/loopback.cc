#include "offload/loopback.h"

#include <atomic>
#include <memory>
#include <span>
#include <utility>

#include "engine/execute.h"
#include "engine/operation_table.h"
#include "engine/operations.h"
#include "engine/ranges.h"

namespace datamover::offload {

namespace {

class LoopbackPortal final : public portal::Portal {
 public:
  explicit LoopbackPortal(const LoopbackSettings& settings)
      : limits_{.max_transfer = settings.max_transfer, .max_batch = settings.max_batch},
        fault_every_(settings.fault_every) {}

  uint32_t Submit(std::span<const abi::Descriptor> descriptors) override {
    for (const abi::Descriptor& descriptor : descriptors) {
      if (descriptor.opcode() == abi::Opcode::kBatch && fault_every_ > 0) {
        Batch(descriptor);
      } else {
        One(descriptor);
      }
    }
    return static_cast<uint32_t>(descriptors.size());
  }

 private:
  /// A batch whose members may fault.
  void Batch(const abi::Descriptor& batch) {
    auto record = engine::RecordOf(abi::Status::kSuccess);
    const auto* const members = reinterpret_cast<const abi::Descriptor*>(batch.list);
    for (uint32_t i = 0; i < batch.count; ++i) {
      if (!One(members[i])) record.status = static_cast<uint8_t>(abi::Status::kBatchError);
    }
    record.bytes_completed = batch.count;
    engine::Complete(batch, record);
  }

  /// Returns whether it was a success.
  bool One(const abi::Descriptor& descriptor) {
    const uint32_t number = ++count_;
    const bool stops = fault_every_ > 0 && number % fault_every_ == 0 &&
                       engine::Find(descriptor.opcode()).divisible;
    const auto record = stops ? Stop(descriptor, number) : engine::Execute(descriptor, limits_);
    engine::Complete(descriptor, record);
    return record.status == static_cast<uint8_t>(abi::Status::kSuccess);
  }

  /// Executes the beginning, up to some byte, and stops there.
  abi::CompletionRecord Stop(abi::Descriptor descriptor, uint32_t number) {
    const uint32_t bytes = descriptor.transfer_size;
    const auto grain = static_cast<uint32_t>(engine::Grain(descriptor, 1));
    const uint32_t done = number * 2654435761u % bytes / grain * grain;
    abi::CompletionRecord record = {};
    if (done > 0) {
      const bool backwards = descriptor.opcode() == abi::Opcode::kMemoryMove &&
                             descriptor.destination - descriptor.source < bytes;
      if (backwards) {
        descriptor.source += bytes - done;
        descriptor.destination += bytes - done;
      }
      descriptor.transfer_size = done;
      record = engine::Execute(descriptor, limits_);
      if (record.result != 0 && !backwards) return record;  // a difference was found before
      record.result = backwards;
    } else {
      record.crc = number;  // undefined where nothing was done
    }
    record.status = static_cast<uint8_t>(abi::Status::kPageFault);
    if (number & 1) record.status |= abi::kStatusWriteFault;
    record.bytes_completed = done;
    record.fault_address = descriptor.destination;
    return record;
  }

  const engine::Limits limits_;
  const uint32_t fault_every_;
  std::atomic<uint32_t> count_ = 0;
};

}  // namespace

std::shared_ptr<portal::WorkQueue> Loopback(const LoopbackSettings& settings) {
  portal::QueueSettings queue = {.path = "loopback",
                                 .size = settings.size,
                                 .max_transfer = settings.max_transfer,
                                 .max_batch = settings.max_batch};
  return std::make_shared<portal::WorkQueue>(std::move(queue),
                                             std::make_unique<LoopbackPortal>(settings));
}

}  // namespace datamover::offload
