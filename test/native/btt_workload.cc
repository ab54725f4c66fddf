#include "btt_workload.h"

#include <algorithm>
#include <string>
#include <thread>

namespace datamover::test {

using btt::Begun;
using btt::Change;
using Holds = History::Holds;

struct Workload::Job {
  bool reads = false;
  uint64_t block = 0;
  uint32_t lane = 0;
  std::span<uint64_t> place;  // of the data
  size_t done = 0;            // words that were copied
  std::vector<uint64_t> copy;
  size_t operation = 0;  // of the history
  size_t begun = 0;
};

class Workload::Thread {
 public:
  Thread(Workload& workload, uint32_t number)
      : load_(workload),
        hand_{workload.log_, &workload.baton_, number},
        owner_(workload.device_.AddOwner()),
        lines_(hand_),
        pages_(hand_) {}

  void Run() {
    load_.baton_.Begin(hand_.thread);
    uint32_t left = load_.options_.operations;
    while (left > 0 || !jobs_.empty()) {
      if (left > 0 && jobs_.size() < load_.options_.in_flight && Below(2) == 0) {
        --left;
        BeginAny();
      } else if (!jobs_.empty()) {
        Advance();
      }
      hand_.Yield();
    }
    load_.baton_.Leave(hand_.thread);
  }

 private:
  uint32_t Below(uint32_t bound) { return load_.baton_.random().Below(bound); }
  btt::Device& device() { return load_.device_; }
  btt::Medium& medium() {
    if (load_.options_.gathers) return pages_;
    return lines_;
  }

  void BeginAny() {
    const auto& blocks = load_.options_.blocks;
    const uint64_t block = blocks[Below(static_cast<uint32_t>(blocks.size()))];
    const uint32_t kind = Below(16);
    if (kind < 4) return BeginRead(block);
    if (kind < 6) return Mark(block, kind == 4);
    const auto start = device().BeginWrite(owner_, block);
    if (start.begun == Begun::kNoLane) return;
    Check(start.begun == Begun::kCopy, "a write does not begin");
    const size_t operation = load_.history_.Begin(block, Holds::kData, Now());
    jobs_.push_back({.block = block,
                     .lane = start.lane,
                     .place = PlaceAt(start.offset),
                     .copy = {},
                     .operation = operation});
  }

  void BeginRead(uint64_t block) {
    const size_t begun = Now();
    const auto start = device().BeginRead(owner_, block);
    if (start.begun == Begun::kNoLane) return;
    if (start.begun == Begun::kCopy) {
      jobs_.push_back({.reads = true,
                       .block = block,
                       .lane = start.lane,
                       .place = PlaceAt(start.offset),
                       .copy = {},
                       .begun = begun});
      return;
    }
    const auto holds = start.begun == Begun::kZeros ? Holds::kZeros : Holds::kBad;
    Check(load_.history_.Allows(block, holds, 0, begun, Now()), "a read finds what cannot be");
  }

  void Mark(uint64_t block, bool zero) {
    const auto start = device().BeginMark(owner_);
    if (start.begun != Begun::kCopy) return;
    const auto holds = zero ? Holds::kZeros : Holds::kBad;
    const size_t operation = load_.history_.Begin(block, holds, Now());
    Change change{zero ? Change::Kind::kZero : Change::Kind::kBad, start.lane, block};
    btt::Commit(device(), {&change, 1}, medium());
    Equal(change.error, 0, "mark");
    load_.history_.Acknowledge(operation, Now());
  }

  /// Copies some words of a job, and ends those that are copied: writes perhaps together.
  void Advance() {
    Job& job = jobs_[Below(static_cast<uint32_t>(jobs_.size()))];
    const size_t end = std::min(job.done + 1 + Below(24), job.place.size());
    for (; job.done < end; ++job.done) {
      if (job.reads) {
        job.copy.push_back(job.place[job.done]);
      } else {
        job.place[job.done] = Content(job.block, load_.history_.version(job.operation));
        load_.log_.Stored(hand_.thread, &job.place[job.done]);
      }
    }
    if (job.done < job.place.size()) return;
    if (job.reads) return EndRead(job);
    if (Below(3) > 0) CommitCopied();
  }

  void EndRead(const Job& job) {
    device().EndRead(job.lane);
    const auto version = VersionOf(job.copy, job.block);
    Check(version.has_value(), "a read finds a block that is not whole");
    const bool right =
        version && load_.history_.Allows(job.block, Holds::kData, *version, job.begun, Now());
    Check(right, "a read finds data of another time");
    std::erase_if(jobs_, [&](const Job& other) { return &other == &job; });
  }

  void CommitCopied() {
    std::vector<Change> changes;
    std::vector<size_t> operations;
    const bool durable = Below(2) == 0;
    for (const Job& job : jobs_) {
      if (job.reads || job.done < job.place.size()) continue;
      // A mover that makes durable what it copies does so before it says that it has.
      if (durable) medium().Flush(job.place.data(), job.place.size_bytes());
      const auto kind = durable ? Change::Kind::kWrite : Change::Kind::kWriteToFlush;
      changes.push_back({kind, job.lane, job.block});
      operations.push_back(job.operation);
    }
    if (durable) medium().Drain();
    btt::Commit(device(), changes, medium());
    for (size_t i = 0; i < changes.size(); ++i) {
      Equal(changes[i].error, 0, "commit");
      load_.history_.Acknowledge(operations[i], Now());
    }
    std::erase_if(jobs_, [](const Job& job) { return !job.reads && job.done == job.place.size(); });
  }

  /// Every moment is one of its own.
  size_t Now() {
    load_.log_.Note();
    return load_.log_.size();
  }

  std::span<uint64_t> PlaceAt(uint64_t offset) {
    return {reinterpret_cast<uint64_t*>(load_.log_.image().data() + offset),
            device().block_bytes() / sizeof(uint64_t)};
  }

  Workload& load_;
  const Hand hand_;
  const uint32_t owner_;
  Recorded<btt::DirectMedium> lines_;
  Recorded<btt::GatheringMedium> pages_;
  std::vector<Job> jobs_;
};

void Workload::Run() {
  std::vector<std::unique_ptr<Thread>> workers;
  for (uint32_t number = 0; number < options_.threads; ++number) {
    baton_.Join(number);
    workers.push_back(std::make_unique<Thread>(*this, number));
  }
  std::vector<std::thread> threads;
  for (const auto& worker : workers) threads.emplace_back([&worker] { worker->Run(); });
  for (auto& thread : threads) thread.join();
}

}  // namespace datamover::test
