#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "descriptors.h"
#include "engine/execute.h"
#include "offload/offload.h"
#include "portal/work_queue.h"

// Jobs on their way to queues that do as they are told.
namespace datamover::test {

/// Slots, queues and what brings them together.
struct Bench {
  explicit Bench(std::vector<std::shared_ptr<portal::WorkQueue>> queues,
                 const offload::Settings& settings = {})
      : memory(std::make_shared<Memory>()),
        pool(std::make_shared<engine::ThreadPool>(2)),
        signal(std::make_shared<engine::CompletionSignal>([this] { ++wakes; })),
        offload({memory->descriptors, memory->records, memory->claims, memory}, std::move(queues),
                settings, pool, signal) {}

  static constexpr uint32_t kSlots = 64;
  struct Memory {
    std::vector<abi::Descriptor> descriptors = std::vector<abi::Descriptor>(kSlots);
    std::vector<abi::CompletionRecord> records = std::vector<abi::CompletionRecord>(kSlots);
    std::vector<uint8_t> claims = std::vector<uint8_t>(kSlots);
  };

  /// As the owner encodes it.
  offload::Order Job(uint32_t slot, const abi::Descriptor& job, offload::FaultPolicy policy = {}) {
    memory->records[slot].status = 0;
    memory->claims[slot] = 0;
    memory->descriptors[slot] = job;
    memory->descriptors[slot].flags_opcode |=
        abi::flag::kRecordAddressValid | abi::flag::kRequestRecord;
    memory->descriptors[slot].record_address = reinterpret_cast<uint64_t>(&memory->records[slot]);
    return {slot | static_cast<uint32_t>(policy) << 16};
  }

  uint8_t Status(uint32_t slot) const {
    return *static_cast<const volatile uint8_t*>(&memory->records[slot].status);
  }

  /// Waits as the owner does, going on after faults.
  void Finish(uint32_t slot) {
    for (;;) {
      if (Status(slot) != 0) {
        const uint8_t code = Status(slot) & abi::kStatusMask;
        if (code != static_cast<uint8_t>(abi::Status::kPageFault)) return;
        if (!offload.Resume(slot)) return;
      }
      offload.Tend();
    }
  }

  std::shared_ptr<Memory> memory;
  std::atomic<int> wakes = 0;
  std::shared_ptr<engine::ThreadPool> pool;
  std::shared_ptr<engine::CompletionSignal> signal;
  offload::Offload offload;
};

inline abi::Descriptor Copy(std::vector<uint8_t>& to, const std::vector<uint8_t>& from) {
  auto job = Describe(abi::Opcode::kMemoryMove);
  job.source = reinterpret_cast<uint64_t>(from.data());
  job.destination = reinterpret_cast<uint64_t>(to.data());
  job.transfer_size = static_cast<uint32_t>(from.size());
  return job;
}

/// Takes descriptors while it has room, and answers none, or all of them when it is told to.
class SilentPortal final : public portal::Portal {
 public:
  uint32_t Submit(std::span<const abi::Descriptor> descriptors) override {
    if (!has_room) return 0;
    taken.insert(taken.end(), descriptors.begin(), descriptors.end());
    return static_cast<uint32_t>(descriptors.size());
  }
  void Answer() {
    for (const auto& job : taken) engine::Complete(job, engine::Execute(job));
    taken.clear();
  }
  std::vector<abi::Descriptor> taken;
  bool has_room = true;
};

struct Silent {
  explicit Silent(portal::QueueSettings settings = {
                      .dedicated = true, .size = 2, .max_transfer = 4096, .max_batch = 1}) {
    auto made = std::make_unique<SilentPortal>();
    portal = made.get();
    queue = std::make_shared<portal::WorkQueue>(std::move(settings), std::move(made));
  }
  SilentPortal* portal;
  std::shared_ptr<portal::WorkQueue> queue;
};

}  // namespace datamover::test
