#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <source_location>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "abi/completion_record.h"
#include "abi/descriptor.h"
#include "check.h"
#include "engine/completion_signal.h"
#include "engine/thread_pool.h"

// Jobs that know their outcome, and ways to wait for them, for the tests of the thread pool.
namespace datamover::test {

using abi::Opcode;
using abi::Status;
using engine::CompletionSignal;
using engine::ThreadPool;
using Client = std::shared_ptr<ThreadPool::Client>;

inline uint64_t Address(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer); }

inline uint32_t Crc32c(const std::vector<uint8_t>& bytes) {
  uint32_t crc = ~0u;
  for (const uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
  }
  return ~crc;
}

/// A descriptor with its record, its memory and the outcome that it must have.
class Job {
 public:
  static Job Move(Random& random, size_t bytes) {
    Job job(Opcode::kMemoryMove, random.Bytes(bytes), std::vector<uint8_t>(bytes));
    job.expected_ = job.source_;
    return job;
  }

  static Job Fill(Random& random, size_t bytes) {
    Job job(Opcode::kFill, random.Bytes(8), std::vector<uint8_t>(bytes));
    std::memcpy(&job.descriptor->pattern, job.source_.data(), 8);
    job.expected_.resize(bytes);
    for (size_t i = 0; i < bytes; ++i) job.expected_[i] = job.source_[i % 8];
    return job;
  }

  /// Two differences, of which the first one counts.
  static Job Compare(Random& random, size_t bytes) {
    auto source = random.Bytes(bytes);
    Job job(Opcode::kCompare, source, source);
    const size_t first = random.Below(static_cast<uint32_t>(bytes));
    job.destination_[first] ^= 1;
    job.destination_[bytes - 1] ^= 2;
    job.expected_ = job.destination_;
    job.first_difference_ = first;
    return job;
  }

  static Job Crc(Random& random, size_t bytes) {
    Job job(Opcode::kCrc, random.Bytes(bytes), {});
    job.descriptor->destination = 0;
    job.crc_ = Crc32c(job.source_);
    return job;
  }

  static Job Any(Random& random, size_t bytes) {
    switch (random.Below(4)) {
      case 0:
        return Move(random, bytes);
      case 1:
        return Fill(random, bytes);
      case 2:
        return Compare(random, bytes);
      default:
        return Crc(random, bytes);
    }
  }

  static Job Drain() {
    Job job(Opcode::kDrain, {}, {});
    job.descriptor->source = job.descriptor->destination = 0;
    return job;
  }

  /// Bit 6 of the flags is reserved.
  void MakeIllegal() {
    descriptor->flags_opcode |= 1u << 6;
    illegal_ = true;
    expected_ = destination_;
  }

  /// Acquires what the engine published.
  Status status() const {
    const auto* byte = reinterpret_cast<const std::atomic<uint8_t>*>(&record->status);
    return static_cast<Status>(byte->load(std::memory_order_acquire));
  }
  bool pending() const { return status() == Status::kPending; }
  /// Polls, for jobs whose signal serves another purpose.
  bool CompletesSoon() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (pending() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    return !pending();
  }

  void Verify(std::source_location at = std::source_location::current()) const {
    Equal(static_cast<int>(status()), illegal_ ? 0x11 : 0x01, "status", at);
    Check(destination_ == expected_, "destination", at);
    if (illegal_) return;
    if (first_difference_) {
      Equal(record->result, 1, "result", at);
      Equal(record->bytes_completed, *first_difference_, "first difference", at);
    }
    if (crc_) Equal(record->crc, *crc_, "crc", at);
  }

  /// Overwrites all that the engine could touch.
  void Scribble() {
    destination_.assign(destination_.size(), kScribble);
    std::memset(record.get(), kScribble, sizeof *record);
  }
  bool IsScribbled() const {
    const std::vector<uint8_t> scribbled(std::max(destination_.size(), sizeof *record), kScribble);
    return std::memcmp(record.get(), scribbled.data(), sizeof *record) == 0 &&
           std::equal(destination_.begin(), destination_.end(), scribbled.begin());
  }

  std::unique_ptr<abi::Descriptor> descriptor = std::make_unique<abi::Descriptor>();
  std::unique_ptr<abi::CompletionRecord> record = std::make_unique<abi::CompletionRecord>();

 private:
  static constexpr uint8_t kScribble = 0xa5;

  Job(Opcode opcode, std::vector<uint8_t> source, std::vector<uint8_t> destination)
      : source_(std::move(source)), destination_(std::move(destination)) {
    descriptor->flags_opcode = static_cast<uint32_t>(opcode) << 24 |
                               abi::flag::kRecordAddressValid | abi::flag::kRequestRecord;
    descriptor->record_address = Address(record.get());
    descriptor->source = Address(source_.data());
    descriptor->destination = Address(destination_.data());
    descriptor->transfer_size = static_cast<uint32_t>(
        std::max(opcode == Opcode::kFill ? 0 : source_.size(), destination_.size()));
  }

  std::vector<uint8_t> source_, destination_, expected_;
  std::optional<size_t> first_difference_;
  std::optional<uint32_t> crc_;
  bool illegal_ = false;
};

inline void Submit(ThreadPool& pool, const Client& client, std::span<const Job> jobs) {
  std::vector<const abi::Descriptor*> descriptors;
  for (const Job& job : jobs) descriptors.push_back(job.descriptor.get());
  pool.Submit(client, descriptors);
}

/// Sleeps on a signal, as a client does.
class Poller {
 public:
  void Wait(const Job& job, std::source_location at = std::source_location::current()) {
    while (job.pending()) {
      signal->Sleep();
      if (!job.pending()) break;
      std::unique_lock lock(mutex_);
      const bool woken = woken_.wait_for(lock, std::chrono::seconds(20), [this] { return wake_; });
      wake_ = false;
      if (!woken) return Check(false, "no wake-up", at);
    }
    signal->Awake();
  }

  std::shared_ptr<CompletionSignal> signal = std::make_shared<CompletionSignal>([this] {
    const std::lock_guard lock(mutex_);
    wake_ = true;
    woken_.notify_one();
  });

 private:
  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;
};

/// Holds one of the pool's threads: its job's record is published, but the thread is kept in the
/// wake-up, so that the job is not accounted for until Open().
class HeldThread {
 public:
  explicit HeldThread(ThreadPool& pool) : client(pool.Attach(signal_)) {
    signal_->Sleep();
    Submit(pool, client, {&job_, 1});
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return held_; });
  }

  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false, open_ = false;
  Random random_{7};
  Job job_ = Job::Fill(random_, 8);
  std::shared_ptr<CompletionSignal> signal_ = std::make_shared<CompletionSignal>([this] {
    std::unique_lock lock(mutex_);
    held_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  });

 public:
  const Client client;
};

inline std::vector<Job> RandomJobs(Random& random, size_t count, uint32_t max_bytes) {
  std::vector<Job> jobs;
  for (size_t i = 0; i < count; ++i) jobs.push_back(Job::Any(random, 1 + random.Below(max_bytes)));
  return jobs;
}

}  // namespace datamover::test
