#include "engine/pool_client.h"

#include <utility>

#include "engine/execute.h"

namespace datamover::engine {

namespace {

// What a job costs beside its bytes: about 50 ns, at 10 GB/s.
constexpr uint64_t kJobCost = 512;

}  // namespace

uint64_t Cost(const abi::Descriptor& descriptor) {
  // What the members of a batch cost is not known without a look at each: taken for large.
  if (descriptor.opcode() == abi::Opcode::kBatch) return kGroupCost + 1;
  return kJobCost + descriptor.transfer_size;
}

ThreadPool::Client::Client(std::shared_ptr<CompletionSignal> signal,
                           std::shared_ptr<Provider> provider)
    : signal_(std::move(signal)), provider_(std::move(provider)) {
  cohorts_.push_back({.client = this});
}

std::optional<Job> ThreadPool::Client::Admit(const abi::Descriptor& descriptor) {
  const bool waits = descriptor.opcode() == abi::Opcode::kDrain && cohorts_.back().unfinished > 0 &&
                     !Refuse(descriptor);
  if (waits) {
    cohorts_.back().drain = &descriptor;
    cohorts_.push_back({.client = this});
  }
  Cohort& cohort = cohorts_.back();
  ++cohort.unfinished;
  if (waits) return std::nullopt;
  return Job{&descriptor, &cohort, Cost(descriptor)};
}

std::optional<Job> ThreadPool::Client::Finish(Cohort& cohort) {
  if (--cohort.unfinished > 0 || cohort.drain == nullptr || !attached_) return std::nullopt;
  // This cohort is the oldest: every other holds an unfinished job, the drain before it.
  const abi::Descriptor& drain = *cohort.drain;
  cohorts_.pop_front();
  return Job{&drain, &cohorts_.front(), Cost(drain)};
}

void ThreadPool::Client::Leave() {
  if (--users_ == 0 && !attached_) unused_.notify_all();
}

void ThreadPool::Client::Detach(std::unique_lock<std::mutex>& lock) {
  attached_ = false;
  unused_.wait(lock, [this] { return users_ == 0; });
}

}  // namespace datamover::engine
