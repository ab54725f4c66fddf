#include "offload/offload.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "check.h"
#include "engine/execute.h"
#include "fenced_memory.h"
#include "offload/loopback.h"
#include "offload/touch.h"
#include "offload_bench.h"

namespace datamover::test {
namespace {

using abi::Opcode;
using offload::Order;

const Register gathers("jobs go in batches, each with its own record", [] {
  Bench bench({offload::Loopback({.max_batch = 8})});
  std::vector<Order> orders;
  for (uint32_t slot = 0; slot < 20; ++slot) {
    orders.push_back(bench.Job(slot, Describe(Opcode::kNop)));
  }
  Equal(bench.offload.Submit(orders), 20u);
  for (uint32_t slot = 0; slot < 20; ++slot) Equal(bench.Status(slot), 1);
  const auto counters = bench.offload.counters();
  Equal(counters.batches, 3u);
  Equal(counters.members, 20u);
  Equal(bench.offload.Submit({orders.data(), 1}), 1u);
  Equal(bench.offload.counters().batches, 3u, "one job is no batch");
});

const Register pieces("a job larger than a queue takes is cut, and faults in it are continued", [] {
  Random random(5);
  for (const uint32_t faults : {0u, 2u}) {
    for (const auto policy : {offload::FaultPolicy::kContinue, offload::FaultPolicy::kRetry}) {
      Bench bench({offload::Loopback({.max_transfer = 4096, .fault_every = faults}),
                   offload::Loopback({.max_transfer = 8192, .fault_every = faults})});
      const auto from = random.Bytes(50'001);
      std::vector<uint8_t> to(from.size());
      const Order order = bench.Job(3, Copy(to, from), policy);
      Equal(bench.offload.Submit({&order, 1}), 1u);
      bench.Finish(3);
      Equal(bench.Status(3), 1);
      Check(to == from, "wrong bytes");
      Equal(bench.offload.counters().splits, 1u);
    }
  }
});

const Register overlapping("pieces of an overlapping move go one after the other", [] {
  for (const int distance : {-300, 300}) {
    Bench bench({offload::Loopback({.max_transfer = 1024, .fault_every = 3})});
    Random random(9);
    auto memory = random.Bytes(20'000);
    auto expected = memory;
    std::memmove(expected.data() + 1000 + distance, memory.data() + 1000, 10'000);
    auto job = Describe(Opcode::kMemoryMove);
    job.source = reinterpret_cast<uint64_t>(memory.data() + 1000);
    job.destination = job.source + static_cast<uint64_t>(distance);
    job.transfer_size = 10'000;
    const Order order = bench.Job(0, job);
    bench.offload.Submit({&order, 1});
    bench.Finish(0);
    Equal(bench.Status(0), 1);
    Check(memory == expected, "wrong bytes");
  }
});

const Register room("what a full queue does not take is left to be offered again", [] {
  const Silent silent;
  Bench bench({silent.queue});
  std::vector<Order> orders;
  for (uint32_t slot = 0; slot < 5; ++slot) {
    orders.push_back(bench.Job(slot, Describe(Opcode::kNop)));
  }
  Equal(bench.offload.Submit(orders), 2u);
  Equal(bench.offload.Submit(std::span(orders).subspan(2)), 0u);
  silent.portal->Answer();
  bench.offload.Tend();
  Equal(bench.offload.Submit(std::span(orders).subspan(2)), 2u);
  silent.portal->Answer();
  bench.offload.Tend();
  Equal(silent.queue->outstanding(), 0u, "credits");
});

const Register recycled("a slot that was given to another job holds no credit", [] {
  const Silent silent;
  Bench bench({silent.queue});
  for (int round = 0; round < 10; ++round) {
    const Order order = bench.Job(7, Describe(Opcode::kNop));
    bench.offload.Tend();
    Equal(bench.offload.Submit({&order, 1}), 1u);
    silent.portal->Answer();
  }
  bench.memory->claims[7] = 0;
  bench.offload.Tend();
  Equal(silent.queue->outstanding(), 0u);
});

const Register late("a queue without an answer is lost, and its jobs with it", [] {
  const Silent silent({.size = 8, .max_transfer = 1024, .max_batch = 4});
  Bench bench({silent.queue}, {.timeout = std::chrono::milliseconds(5)});
  std::vector<uint8_t> from(4000), to(4000);
  std::vector<Order> orders;
  for (uint32_t slot = 0; slot < 3; ++slot) {
    orders.push_back(bench.Job(slot, Describe(Opcode::kNop)));
  }
  orders.push_back(bench.Job(9, Copy(to, from)));
  Equal(bench.offload.Submit(orders), 4u);
  while (!bench.offload.Tend().lost) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  auto lost = bench.offload.TakeLost();
  std::sort(lost.begin(), lost.end());
  Check(lost == std::vector<uint32_t>{0, 1, 2, 9}, "each slot once");
  Check(silent.queue->lost(), "queue");
  const Order more = bench.Job(5, Describe(Opcode::kNop));
  Equal(bench.offload.Submit({&more, 1}), 0u);
  // It answers after all: into memory that is still there.
  silent.portal->Answer();
  Equal(bench.Status(0), 1);
});

const Register refused("members of a batch that the device refuses go by themselves", [] {
  class NoBatches final : public portal::Portal {
   public:
    uint32_t Submit(std::span<const abi::Descriptor> descriptors) override {
      for (const auto& job : descriptors) {
        abi::CompletionRecord record = {};
        record.status = static_cast<uint8_t>(abi::Status::kUnsupportedOpcode);
        const bool batch = job.opcode() == Opcode::kBatch;
        engine::Complete(job, batch ? record : engine::Execute(job));
      }
      return static_cast<uint32_t>(descriptors.size());
    }
  };
  Bench bench({std::make_shared<portal::WorkQueue>(
      portal::QueueSettings{.size = 8, .max_transfer = 4096, .max_batch = 8},
      std::make_unique<NoBatches>())});
  std::vector<Order> orders;
  for (uint32_t slot = 0; slot < 6; ++slot) {
    orders.push_back(bench.Job(slot, Describe(Opcode::kNop)));
  }
  Equal(bench.offload.Submit(orders), 6u);
  for (int i = 0; i < 3; ++i) bench.offload.Tend();
  for (uint32_t slot = 0; slot < 6; ++slot) Equal(bench.Status(slot), 1);
});

/// Whether the owner, who sleeps, is notified once the device has answered.
bool NotifiedOfAnswer(Bench& bench, const Silent& silent) {
  std::thread device([&silent] {
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    silent.portal->Answer();
  });
  const bool notified = bench.signal->Block(std::chrono::seconds(20));
  bench.offload.Unwatch();
  device.join();
  return notified;
}

const Register watches("while the owner sleeps a thread notifies when a job has ended", [] {
  const Silent silent;
  Bench bench({silent.queue});
  const Order order = bench.Job(0, Describe(Opcode::kNop));
  bench.offload.Submit({&order, 1});
  bench.signal->Arm();
  bench.offload.Watch();
  Check(NotifiedOfAnswer(bench, silent), "not notified");
  Equal(bench.Status(0), 1);
});

const Register last_look("what the owner sends on behind Watch() is watched, too", [] {
  const Silent silent({.size = 8, .max_transfer = 1024, .max_batch = 1});
  Bench bench({silent.queue});
  // In two pieces, one after the other, of which the first stops and goes on in the pool.
  std::vector<uint8_t> memory(3000);
  auto job = Describe(Opcode::kMemoryMove);
  job.source = AddressOf(memory.data()) + 100;
  job.destination = AddressOf(memory.data());
  job.transfer_size = 1500;
  const Order order = bench.Job(0, job);
  bench.offload.Submit({&order, 1});
  abi::CompletionRecord stopped = {};
  stopped.status = static_cast<uint8_t>(abi::Status::kPageFault);
  engine::Complete(silent.portal->taken[0], stopped);
  silent.portal->taken.clear();
  bench.signal->Arm();
  bench.offload.Tend();
  Check(bench.signal->Block(std::chrono::seconds(20)), "the pool did not notify");

  bench.signal->Arm();
  bench.offload.Watch();
  // Until the thread has seen that there is nothing for it to watch.
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  bench.offload.Tend();
  Equal(silent.portal->taken.size(), size_t{1}, "the second piece");
  Check(NotifiedOfAnswer(bench, silent), "not notified");
  bench.Finish(0);
  Equal(bench.Status(0), 1);
});

const Register late_submission("what is submitted behind Watch() is watched, too", [] {
  const Silent silent;
  Bench bench({silent.queue});
  bench.signal->Arm();
  bench.offload.Watch();
  const Order order = bench.Job(0, Describe(Opcode::kNop));
  bench.offload.Submit({&order, 1});
  Check(NotifiedOfAnswer(bench, silent), "not notified");
  Equal(bench.Status(0), 1);
});

const Register touching("touching leaves the contents as they are", [] {
  Random random(4);
  auto memory = random.Bytes(20'000);
  const auto before = memory;
  offload::Prefault prefault;
  const auto job = Copy(memory, before);
  prefault(job);
  offload::TouchPages(job, 1 << 20);
  Check(memory == before, "changed");
});

const Register flushed("memory that is flushed is touched, and not written", [] {
  FencedPages pages;
  Equal(mprotect(pages.begin(), FencedPages::kBytes, PROT_READ), 0);
  auto job = Describe(Opcode::kCacheFlush);
  job.destination = reinterpret_cast<uintptr_t>(pages.begin());
  job.transfer_size = FencedPages::kBytes;
  offload::Prefault prefault;
  prefault(job);
  offload::TouchPages(job, FencedPages::kBytes);
});

}  // namespace
}  // namespace datamover::test
