#include "napi/engines.h"

#include <bit>
#include <mutex>
#include <utility>

#include "engine/execute.h"
#include "engine/plain.h"

namespace datamover::napi {

Engine::Engine(std::shared_ptr<JobTable> table, std::shared_ptr<engine::Provider> provider)
    : table_(std::move(table)),
      ring_(std::make_shared<std::vector<uint32_t>>(std::bit_ceil(table_->capacity()))),
      provider_(std::move(provider)) {}

const abi::Descriptor* Engine::At(uint32_t position) const {
  const uint32_t slot = entry(position);
  return slot < table_->capacity() ? &table_->descriptor(slot) : nullptr;
}

uint32_t InlineEngine::Submit(uint32_t first, uint32_t count) {
  if (closed_) return 0;
  for (uint32_t next = 0; next < count; ++next) {
    const abi::Descriptor* descriptor = At(first + next);
    if (!descriptor) continue;
    tally().Add(JobTally::kInline, *descriptor);
    if (!provider() && engine::ExecutePlain(*descriptor)) continue;
    engine::Complete(*descriptor, engine::Execute(*descriptor, {}, provider().get()));
  }
  return count;
}

PoolEngine::PoolEngine(std::shared_ptr<JobTable> table, std::shared_ptr<engine::ThreadPool> pool,
                       std::shared_ptr<engine::CompletionSignal> signal,
                       std::shared_ptr<engine::Provider> provider)
    : Engine(std::move(table), std::move(provider)),
      pool_(std::move(pool)),
      client_(pool_->Attach(std::move(signal), this->provider())) {}

uint32_t PoolEngine::Submit(uint32_t first, uint32_t count) {
  submission_.clear();
  for (uint32_t next = 0; next < count; ++next) {
    const abi::Descriptor* descriptor = At(first + next);
    if (!descriptor) continue;
    tally().Add(JobTally::kThreads, *descriptor);
    submission_.push_back(descriptor);
  }
  pool_->Submit(client_, submission_);
  return count;
}

bool PoolEngine::Close() {
  pool_->Detach(client_);
  return true;
}

std::shared_ptr<engine::ThreadPool> CommonPool(unsigned threads) {
  // Never destroyed: threads may outlive the destructors of statics when the process exits.
  static auto& mutex = *new std::mutex;
  static auto& common = *new std::weak_ptr<engine::ThreadPool>;
  const std::lock_guard lock(mutex);
  auto pool = common.lock();
  if (!pool) common = pool = std::make_shared<engine::ThreadPool>(threads);
  return pool;
}

}  // namespace datamover::napi
