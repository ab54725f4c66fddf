#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/completion_signal.h"
#include "engine/thread_pool.h"
#include "napi/engines.h"
#include "offload/offload.h"

namespace datamover::napi {

/// Hands jobs to work queues. What stands in its ring are orders: see offload::Order.
class HardwareEngine final : public Engine {
 public:
  HardwareEngine(std::shared_ptr<JobTable> table,
                 std::vector<std::shared_ptr<portal::WorkQueue>> queues,
                 const offload::Settings& settings, std::shared_ptr<engine::ThreadPool> pool,
                 std::shared_ptr<engine::CompletionSignal> signal);
  ~HardwareEngine() override { Close(); }

  uint32_t Submit(uint32_t first, uint32_t count) override;
  bool Close() override;
  void Watch(const engine::CompletionSignal& signal) override;
  void Unwatch(const engine::CompletionSignal& signal) override;

  /// A byte a slot: see offload::Slots.
  const std::shared_ptr<std::vector<uint8_t>>& claims() const { return claims_; }
  /// Null once closed.
  offload::Offload* offload() const { return offload_.get(); }

 private:
  using Counting = void (JobTally::*)(JobTally::Engine, const abi::Descriptor&);
  void Count(offload::Order order, Counting counting);

  const std::shared_ptr<engine::CompletionSignal> signal_;
  const std::shared_ptr<std::vector<uint8_t>> claims_;
  std::unique_ptr<offload::Offload> offload_;
  std::vector<offload::Order> submission_;
};

}  // namespace datamover::napi
