#include "portal/work_queue.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "abi/completion_record.h"
#include "portal/keep_for_ever.h"
#include "portal/portals.h"
#include "portal/waiter.h"

namespace datamover::portal {

namespace {

uint32_t BatchLimit(const QueueSettings& settings, const Portal& portal) {
  if (portal.kind() == SubmitBy::kWrite && !settings.batch_by_write) return 1;
  return std::max(settings.max_batch, 1u);
}

/// Counts while it lives.
class Count {
 public:
  explicit Count(std::atomic<uint32_t>& counter) : counter_(counter) { ++counter_; }
  ~Count() { --counter_; }
  Count(const Count&) = delete;
  Count& operator=(const Count&) = delete;

 private:
  std::atomic<uint32_t>& counter_;
};

}  // namespace

struct WorkQueue::Trial {
  uint8_t status() const {
    return reinterpret_cast<const std::atomic<uint8_t>*>(&record.status)
        ->load(std::memory_order_acquire);
  }

  abi::Descriptor descriptor = {};
  abi::CompletionRecord record = {};
};

WorkQueue::WorkQueue(QueueSettings settings, std::unique_ptr<Portal> portal)
    : settings_(std::move(settings)),
      portal_(std::move(portal)),
      max_batch_(BatchLimit(settings_, *portal_)) {}

WorkQueue::~WorkQueue() {
  for (auto& trial : late_) KeepForEver(std::move(trial));
}

std::variant<std::shared_ptr<WorkQueue>, OpenError> WorkQueue::Open(const QueueSettings& settings) {
  // Never destroyed: threads may outlive the destructors of statics when the process exits.
  static auto& mutex = *new std::mutex;
  static auto& open_queues = *new std::map<std::string, std::weak_ptr<WorkQueue>>;
  const std::lock_guard lock(mutex);
  auto& entry = open_queues[settings.path];
  if (auto queue = entry.lock()) {
    if (!queue->lost()) return queue;
    // Somebody idle has it, and a dedicated one cannot be opened beside.
    queue->Release();
  }
  auto opened = OpenPortal(settings);
  if (const auto* error = std::get_if<OpenError>(&opened)) return *error;
  auto queue =
      std::make_shared<WorkQueue>(settings, std::get<std::unique_ptr<Portal>>(std::move(opened)));
  entry = queue;
  return queue;
}

void WorkQueue::Release() {
  MarkLost();
  // A submission that does not see that yet is short: none blocks.
  while (submitting_ > 0) std::this_thread::yield();
  portal_->Release();
}

uint32_t WorkQueue::Submit(std::span<const abi::Descriptor> descriptors) {
  const Count here(submitting_);
  if (lost()) return 0;
  const auto wanted = static_cast<uint32_t>(descriptors.size());
  const uint32_t allowed = TakeCredits(wanted);
  if (allowed == 0) return 0;
  const uint32_t taken = portal_->Submit(descriptors.first(allowed));
  outstanding_ -= allowed - taken;
  return taken;
}

uint32_t WorkQueue::TakeCredits(uint32_t wanted) {
  if (!settings_.dedicated) {
    outstanding_ += wanted;
    return wanted;
  }
  uint32_t before = outstanding_;
  uint32_t taken;
  do {
    taken = std::min(wanted, settings_.size - std::min(before, settings_.size));
  } while (!outstanding_.compare_exchange_weak(before, before + taken));
  return taken;
}

bool WorkQueue::Recover() {
  const std::lock_guard lock(late_mutex_);
  const auto answered =
      std::erase_if(late_, [](const auto& trial) { return trial->status() != 0; });
  Completed(static_cast<uint32_t>(answered));
  return answered > 0;
}

bool WorkQueue::Probe(std::chrono::nanoseconds patience) {
  auto trial = std::make_unique<Trial>();
  trial->descriptor.flags_opcode = abi::flag::kRecordAddressValid | abi::flag::kRequestRecord;
  trial->descriptor.record_address = reinterpret_cast<uint64_t>(&trial->record);
  const auto end = std::chrono::steady_clock::now() + patience;
  const auto in_time = [end] { return std::chrono::steady_clock::now() < end; };

  Backoff backoff;
  bool submitted = false;
  while (!submitted && !lost() && in_time()) {
    submitted = !full() && Submit({&trial->descriptor, 1}) == 1;
    if (!submitted) backoff.Wait();
  }
  if (!submitted) return false;
  while (trial->status() == 0 && in_time()) backoff.Wait(&trial->record.status);
  if (trial->status() == 0) {
    const std::lock_guard lock(late_mutex_);
    late_.push_back(std::move(trial));
    return false;
  }
  Completed(1);
  return trial->status() == static_cast<uint8_t>(abi::Status::kSuccess);
}

}  // namespace datamover::portal
