#include "device_model/device.h"

#include <algorithm>
#include <cerrno>

#include "device_model/execute.h"
#include "device_model/sysfs_tree.h"

namespace datamover::device_model {

using abi::Opcode;
using abi::Status;

namespace {

QueueRules RulesOf(const QueueOptions& queue) {
  return {.max_transfer = queue.max_transfer,
          .max_batch = queue.max_batch,
          .block_on_fault = queue.block_on_fault};
}

bool HasTransfer(const abi::Descriptor& job) {
  return job.opcode() != Opcode::kNop && job.opcode() != Opcode::kDrain &&
         job.opcode() != Opcode::kBatch;
}

/// Statuses of which only a record tells, if there is to be one.
bool IsNoError(Status status) {
  return status == Status::kSuccess || status == Status::kFalsePredicate ||
         status == Status::kBatchError;
}

bool Every(uint64_t n, uint64_t count) { return n > 0 && count % n == 0; }

}  // namespace

Device::Device(const Options& options)
    : options_(options), behaviour_(options.behaviour), random_(options.seed) {
  for (const QueueOptions& queue : options.queues) {
    queues_.push_back(std::make_unique<WorkQueue>());
    queues_.back()->options = queue;
    queues_.back()->enabled = queue.state == "enabled";
  }
}

WorkQueue* Device::Find(uint32_t device, uint32_t queue) {
  return Find("wq" + std::to_string(device) + "." + std::to_string(queue));
}

WorkQueue* Device::Find(const std::string& name) {
  for (const auto& queue : queues_) {
    if (queue->options.Name() == name) return queue.get();
  }
  return nullptr;
}

int Device::Open(WorkQueue& queue) {
  // The driver takes the device file away from a queue that is disabled.
  if (!queue.enabled) return ENXIO;
  if (queue.options.dedicated && queue.opens > 0) return EBUSY;
  WriteClients(options_, queue.options, ++queue.opens);
  return 0;
}

void Device::Close(WorkQueue& queue) { WriteClients(options_, queue.options, --queue.opens); }

void Device::Store(WorkQueue& queue, const std::shared_ptr<Client>& client,
                   const abi::Descriptor& job) {
  // A shared queue ignores stores, and a disabled one everything.
  if (!queue.enabled || !queue.options.dedicated) return;
  if (queue.occupancy >= queue.options.size) {
    ++queue.statistics.overflows;
    return Note(queue, {.error = kQueueOverflow, .operation = static_cast<uint8_t>(job.opcode())});
  }
  Accept(queue, client, job);
}

bool Device::Enqueue(WorkQueue& queue, const std::shared_ptr<Client>& client,
                     const abi::Descriptor& job) {
  const uint32_t limit = std::min(queue.options.threshold, queue.options.size);
  const bool room = queue.enabled && !queue.options.dedicated && queue.occupancy < limit;
  if (!room || Busy()) {
    ++queue.statistics.refused;
    return false;
  }
  Accept(queue, client, job);
  return true;
}

int Device::Write(WorkQueue& queue, const std::shared_ptr<Client>& client,
                  const abi::Descriptor& job) {
  const bool version_1 = options_.devices.at(queue.options.device).version == 0x100;
  if (version_1 && job.opcode() == Opcode::kBatch) return EINVAL;
  if (job.record_address % sizeof(abi::CompletionRecord) != 0) return EINVAL;
  if (queue.options.dedicated) {
    Store(queue, client, job);
    return 0;
  }
  return Enqueue(queue, client, job) ? 0 : EAGAIN;
}

bool Device::Busy() { return Every(behaviour_.busy_every, ++submissions_); }

void Device::Accept(WorkQueue& queue, const std::shared_ptr<Client>& client,
                    const abi::Descriptor& job) {
  ++queue.statistics.submitted;
  ++queue.occupancy;
  queue.statistics.most_at_once = std::max(queue.statistics.most_at_once, queue.occupancy);
  const auto now = Clock::now();
  idle_at_ = std::max(idle_at_, now);
  if (behaviour_.bandwidth > 0 && HasTransfer(job)) {
    idle_at_ += std::chrono::nanoseconds(job.transfer_size * uint64_t{1000} / behaviour_.bandwidth);
  }
  const auto due = idle_at_ + std::chrono::nanoseconds(behaviour_.delay_ns);
  pending_.push_back({&queue, client, job, due});
}

bool Device::Ready(size_t index, Clock::time_point now) const {
  const Submission& submission = pending_[index];
  if (submission.due > now || options_.devices.at(submission.queue->options.device).engines == 0) {
    return false;
  }
  if (submission.descriptor.opcode() != Opcode::kDrain) return true;
  // A drain waits for all that its process gave to its queue before.
  return std::none_of(pending_.begin(), pending_.begin() + static_cast<ptrdiff_t>(index),
                      [&](const Submission& other) {
                        return other.queue == submission.queue && other.client == submission.client;
                      });
}

Clock::time_point Device::Work() {
  while (!pending_.empty() && !behaviour_.stuck) {
    const auto now = Clock::now();
    std::vector<size_t> ready;
    auto next = Clock::time_point::max();
    for (size_t i = 0; i < pending_.size() && ready.size() < behaviour_.reorder; ++i) {
      if (Ready(i, now))
        ready.push_back(i);
      else if (pending_[i].due > now)
        next = std::min(next, pending_[i].due);
    }
    if (ready.empty()) return next;
    Execute(Dispatch(ready[random_() % ready.size()]));
  }
  return Clock::time_point::max();
}

Submission Device::Dispatch(size_t index) {
  const auto at = pending_.begin() + static_cast<ptrdiff_t>(index);
  Submission submission = std::move(*at);
  pending_.erase(at);
  --submission.queue->occupancy;
  return submission;
}

void Device::Finish(WorkQueue& queue, const Client& client) {
  for (size_t i = 0; i < pending_.size() && !behaviour_.stuck;) {
    const Submission& submission = pending_[i];
    if (submission.queue == &queue && submission.client.get() == &client)
      Execute(Dispatch(i));
    else
      ++i;
  }
}

void Device::Execute(const Submission& submission) {
  const auto& [queue, client, job, due] = submission;
  if (Every(behaviour_.lose_every, ++executions_)) {
    ++queue->statistics.lost;
    return;
  }
  QueueRules rules = RulesOf(queue->options);
  // Devices do it the one way or the other.
  rules.round_fault_addresses = random_() % 2 == 0;
  const auto refusal = Validate(job, rules, Place::kQueue);
  if (refusal) return Report(*queue, *client, job, RecordOf(*refusal), Place::kQueue);
  if (job.opcode() != Opcode::kBatch) {
    const Injection injection = Inject(*queue, job);
    const auto record = device_model::Execute(job, *client->memory, rules, injection);
    return Report(*queue, *client, job, record, Place::kQueue);
  }
  ++queue->statistics.batches;
  const auto injection = [&, queue = queue](const abi::Descriptor& member) {
    return Inject(*queue, member);
  };
  const auto done = [&, queue = queue, client = client](const abi::Descriptor& member,
                                                        const abi::CompletionRecord& record) {
    ++queue->statistics.members;
    Report(*queue, *client, member, record, Place::kBatch);
  };
  const auto record = ExecuteBatch(job, *client->memory, rules, injection, random_, done);
  Report(*queue, *client, job, record, Place::kQueue);
}

Injection Device::Inject(WorkQueue& queue, const abi::Descriptor& job) {
  Injection injection;
  injection.garbage = static_cast<uint32_t>(random_());
  const bool waits = queue.options.block_on_fault && job.has(abi::flag::kBlockOnFault);
  if (!HasTransfer(job) || waits || !Every(behaviour_.fault_every, ++injectable_)) return injection;
  ++queue.statistics.injected;
  // One in four before the first byte: there results are undefined.
  injection.at = random_() % 4 == 0 ? 0 : random_() % std::max(job.transfer_size, 1u);
  injection.on_write = random_() % 2 == 0;
  return injection;
}

void Device::Report(WorkQueue& queue, Client& client, const abi::Descriptor& job,
                    const abi::CompletionRecord& record, Place place) {
  ++queue.statistics.completed;
  ++queue.statistics.statuses[record.status];
  const bool reported = device_model::Report(job, record, *client.memory);
  const bool has_record = job.has(abi::flag::kRecordAddressValid);
  if (!reported) ++queue.statistics.unreported;
  const auto status = static_cast<Status>(record.status & abi::kStatusMask);
  if (reported && (has_record || IsNoError(status))) return;
  const bool lost = !reported && status != Status::kRecordAlignment;
  Note(queue, {.error = static_cast<uint8_t>(lost ? Status::kRecordFault : status),
               .operation = static_cast<uint8_t>(job.opcode()),
               .in_batch = place == Place::kBatch,
               .write_fault = lost || (record.status & abi::kStatusWriteFault) != 0,
               .invalid_flags = status == Status::kInvalidFlags ? record.invalid_flags : 0,
               .fault_address = lost ? job.record_address : record.fault_address});
}

void Device::Note(const WorkQueue& queue, const SoftwareError& error) {
  SoftwareError whole = error;
  whole.queue = static_cast<uint8_t>(queue.options.queue);
  const std::string text = Bitmap(whole);
  std::string& shown = errors_[queue.options.device];
  // A client that floods a queue would have it written again and again.
  if (shown != text) WriteErrors(options_, queue.options.device, shown = text);
}

void Device::Drop(const Client& client) {
  const auto is_its = [&client](const Submission& submission) {
    return submission.client.get() == &client;
  };
  for (const Submission& submission : pending_) {
    if (is_its(submission)) --submission.queue->occupancy;
  }
  std::erase_if(pending_, is_its);
}

void Device::SetEnabled(WorkQueue& queue, bool enabled) {
  queue.enabled = enabled;
  WriteState(options_, queue.options, enabled ? "enabled" : "disabled");
}

}  // namespace datamover::device_model
