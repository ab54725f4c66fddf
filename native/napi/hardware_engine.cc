#include "napi/hardware_engine.h"

#include <utility>

namespace datamover::napi {

namespace {

/// Both are written until the device is done, whatever became of the engine.
struct Memory {
  std::shared_ptr<JobTable> table;
  std::shared_ptr<std::vector<uint8_t>> claims;
};

offload::Slots SlotsOf(const std::shared_ptr<JobTable>& table,
                       const std::shared_ptr<std::vector<uint8_t>>& claims) {
  return {.descriptors = table->descriptors(),
          .records = table->records(),
          .claims = *claims,
          .memory = std::make_shared<Memory>(Memory{table, claims})};
}

}  // namespace

HardwareEngine::HardwareEngine(std::shared_ptr<JobTable> jobs,
                               std::vector<std::shared_ptr<portal::WorkQueue>> queues,
                               const offload::Settings& settings,
                               std::shared_ptr<engine::ThreadPool> pool,
                               std::shared_ptr<engine::CompletionSignal> signal)
    : Engine(jobs),
      signal_(std::move(signal)),
      claims_(std::make_shared<std::vector<uint8_t>>(jobs->capacity())),
      offload_(std::make_unique<offload::Offload>(SlotsOf(jobs, claims_), std::move(queues),
                                                  settings, std::move(pool), signal_)) {}

uint32_t HardwareEngine::Submit(uint32_t first, uint32_t count) {
  if (!offload_) return 0;
  submission_.clear();
  for (uint32_t next = 0; next < count; ++next) submission_.push_back({entry(first + next)});
  // As they are now: what is handed over may lack the head that the CPU moves.
  for (const auto& order : submission_) Count(order, &JobTally::Add);
  const uint32_t taken = offload_->Submit(submission_);
  for (const auto& order : std::span(submission_).subspan(taken)) Count(order, &JobTally::Remove);
  return taken;
}

void HardwareEngine::Count(offload::Order order, Counting counting) {
  if (order.slot() >= table().capacity()) return;
  (tally().*counting)(JobTally::kHardware, table().descriptor(order.slot()));
}

bool HardwareEngine::Close() {
  const auto closing = std::move(offload_);
  return !closing || closing->Close();
}

void HardwareEngine::Watch(const engine::CompletionSignal& signal) {
  if (offload_ && &signal == signal_.get()) offload_->Watch();
}

void HardwareEngine::Unwatch(const engine::CompletionSignal& signal) {
  if (offload_ && &signal == signal_.get()) offload_->Unwatch();
}

}  // namespace datamover::napi
