#include <chrono>
#include <cstring>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "check.h"
#include "offload/loopback.h"
#include "offload_bench.h"

// Devices that refuse, stop or answer late, and what then becomes of the work.
namespace datamover::test {
namespace {

using abi::Opcode;
using abi::Status;
using offload::FaultPolicy;
using offload::Order;
using std::chrono::milliseconds;

/// Refuses batches, and has room for as many descriptors as it is told.
class Choosy final : public portal::Portal {
 public:
  uint32_t Submit(std::span<const abi::Descriptor> descriptors) override {
    if (room == 0) return 0;
    --room;
    const abi::Descriptor& job = descriptors[0];
    abi::CompletionRecord record = {};
    record.status = static_cast<uint8_t>(single);
    if (job.opcode() == Opcode::kBatch) record.status = static_cast<uint8_t>(batch);
    engine::Complete(job, single == Status::kSuccess && job.opcode() != Opcode::kBatch
                              ? engine::Execute(job)
                              : record);
    return 1;
  }

  int room = 1;
  Status batch = Status::kBatchPageFault;
  Status single = Status::kSuccess;
};

struct ChoosyQueue {
  Choosy* portal;
  std::shared_ptr<portal::WorkQueue> queue;

  ChoosyQueue() {
    auto made = std::make_unique<Choosy>();
    portal = made.get();
    queue = std::make_shared<portal::WorkQueue>(
        portal::QueueSettings{.size = 8, .max_transfer = 4096, .max_batch = 8}, std::move(made));
  }
};

std::vector<Order> Nops(Bench& bench, uint32_t count) {
  std::vector<Order> orders;
  for (uint32_t slot = 0; slot < count; ++slot) {
    orders.push_back(bench.Job(slot, Describe(Opcode::kNop)));
  }
  return orders;
}

/// Whether the job in the slot ends, sooner or later.
bool Ends(Bench& bench, uint32_t slot) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (bench.Status(slot) == 0 && std::chrono::steady_clock::now() < end) {
    bench.offload.Tend();
    std::this_thread::yield();
  }
  return bench.Status(slot) != 0;
}

const Register full("members of a refused batch wait for room in the queue", [] {
  const ChoosyQueue choosy;
  Bench bench({choosy.queue});
  Equal(bench.offload.Submit(Nops(bench, 4)), 4u);
  Check(bench.offload.Tend().waits, "waits");
  Equal(bench.Status(0), 0);
  // Somebody has to tell the owner, whose queues they are, that nothing moves.
  bench.signal->Arm();
  bench.offload.Watch();
  Check(bench.signal->Block(std::chrono::seconds(20)), "not notified");
  bench.offload.Unwatch();
  choosy.portal->room = 4;
  bench.offload.Tend();
  Check(bench.offload.Tend().moved, "moved");
  for (uint32_t slot = 0; slot < 4; ++slot) Equal(bench.Status(slot), 1);
  Check(!bench.offload.Tend().waits, "nothing waits");
});

const Register alone("where no queue serves any more, the CPU finishes what was begun", [] {
  const ChoosyQueue choosy;
  Bench bench({choosy.queue});
  Random random(1);
  const auto from = random.Bytes(50'000);
  std::vector<uint8_t> to(from.size());
  auto orders = Nops(bench, 3);
  orders.push_back(bench.Job(5, Copy(to, from)));
  Equal(bench.offload.Submit(orders), 4u);
  bench.offload.Tend();
  bench.offload.SetQueues({});
  for (const uint32_t slot : {0u, 1u, 2u, 5u}) {
    Check(Ends(bench, slot), "hangs");
    Equal(bench.Status(slot), 1);
  }
  Check(to == from, "wrong bytes");
});

const Register heads("what the CPU did before counts when a member goes by itself", [] {
  const ChoosyQueue choosy;
  Bench bench({choosy.queue});
  const std::vector<uint8_t> from(2000);
  alignas(64) static uint8_t to[4096];
  auto job = Describe(Opcode::kMemoryMove);
  job.source = AddressOf(from.data());
  job.destination = AddressOf(to) + 10;
  job.transfer_size = 2000;
  auto orders = Nops(bench, 1);
  orders.push_back(bench.Job(1, job, FaultPolicy::kError));
  Equal(bench.offload.Submit(orders), 2u);
  choosy.portal->room = 2;
  choosy.portal->single = Status::kPageFault;
  Check(Ends(bench, 1), "hangs");
  Equal(bench.Status(1), 3);
  Equal(bench.memory->records[1].bytes_completed, 54u);
  Equal(bench.memory->claims[1], 0, "nobody asks again to go on");
});

const Register unrecorded("a member without a record is lost, though its batch is done", [] {
  const ChoosyQueue choosy;
  choosy.portal->batch = Status::kBatchError;
  Bench bench({choosy.queue}, {.timeout = milliseconds(5)});
  Equal(bench.offload.Submit(Nops(bench, 2)), 2u);
  bench.memory->records[0].status = 1;
  while (!bench.offload.Tend().lost) std::this_thread::sleep_for(milliseconds(1));
  Check(bench.offload.TakeLost() == std::vector<uint32_t>{1}, "the one without a record");
});

const Register threads("no thread is kept for a device that may still write", [] {
  const Silent silent;
  std::weak_ptr<engine::ThreadPool> pool;
  {
    Bench bench({silent.queue}, {.timeout = milliseconds(5)});
    pool = bench.pool;
    Equal(bench.offload.Submit(Nops(bench, 1)), 1u);
    Check(!bench.offload.Close(), "nothing was lost");
  }
  Check(pool.expired(), "the pool is kept");
});

const Register after("an answer that comes before the loss is told is an answer", [] {
  const Silent silent;
  const Silent other;
  Bench bench({silent.queue}, {.timeout = milliseconds(5)});
  Equal(bench.offload.Submit(Nops(bench, 2)), 2u);
  // The thread notices the loss while the owner sleeps.
  bench.signal->Arm();
  bench.offload.Watch();
  Check(bench.signal->Block(std::chrono::seconds(20)), "not notified");
  bench.offload.Unwatch();
  silent.portal->Answer();
  // The owner sees both answers, and gives one of the slots to another job.
  bench.memory->claims[0] = bench.memory->claims[1] = 0;
  bench.offload.SetQueues({other.queue});
  const Order order = bench.Job(1, Describe(Opcode::kNop));
  Equal(bench.offload.Submit({&order, 1}), 1u);
  Check(bench.offload.Tend().lost, "noticed");
  Check(bench.offload.TakeLost().empty(), "nothing is lost");
  other.portal->Answer();
  Check(Ends(bench, 1), "the other job");
});

const Register smaller("pieces do not go to a queue that takes less", [] {
  const Silent silent({.dedicated = true, .size = 1, .max_transfer = 4096, .max_batch = 1});
  Bench bench({silent.queue});
  Random random(2);
  const auto from = random.Bytes(16'384);
  std::vector<uint8_t> to(from.size());
  const Order order = bench.Job(0, Copy(to, from));
  Equal(bench.offload.Submit({&order, 1}), 1u);
  bench.offload.SetQueues({offload::Loopback({.max_transfer = 1024})});
  silent.portal->Answer();
  Check(Ends(bench, 0), "hangs");
  Equal(bench.Status(0), 1);
  Check(to == from, "wrong bytes");
});

const Register largest("jobs are cut for the queue that takes most, and small ones go anywhere",
                       [] {
                         const auto small = offload::Loopback({.max_transfer = 1024});
                         const auto large = offload::Loopback({.max_transfer = 8192});
                         Bench bench({small, large});
                         Random random(3);
                         const auto from = random.Bytes(20'000);
                         std::vector<uint8_t> to(from.size());
                         for (const uint32_t bytes : {20'000u, 5000u, 1000u}) {
                           auto job = Copy(to, from);
                           job.transfer_size = bytes;
                           const Order order = bench.Job(0, job);
                           const uint64_t before = bench.offload.counters().descriptors;
                           Equal(bench.offload.Submit({&order, 1}), 1u);
                           Check(Ends(bench, 0), "hangs");
                           Equal(bench.Status(0), 1);
                           Equal(bench.offload.counters().descriptors - before,
                                 bytes == 20'000 ? 3u : 1u);
                         }
                         Check(to == from, "wrong bytes");
                       });

const Register tiny("a queue that takes next to nothing refuses, and nothing worse", [] {
  Bench bench({offload::Loopback({.max_transfer = 32})});
  const std::vector<uint8_t> from(100);
  std::vector<uint8_t> to(100);
  const Order order = bench.Job(0, Copy(to, from));
  Equal(bench.offload.Submit({&order, 1}), 1u);
  Check(Ends(bench, 0), "hangs");
});

const Register quiet("where there is no queue nobody is told to offer jobs again", [] {
  const ChoosyQueue choosy;
  choosy.portal->room = 0;
  Bench bench({choosy.queue});
  const auto orders = Nops(bench, 1);
  Equal(bench.offload.Submit(orders), 0u);
  bench.offload.SetQueues({});
  bench.signal->Arm();
  bench.offload.Watch();
  Check(!bench.signal->Block(milliseconds(30)), "notified for nothing");
  bench.offload.Unwatch();
});

const Register backwards("a move backwards that stops has done what is behind", [] {
  std::vector<uint8_t> memory(20'000);
  auto job = Describe(Opcode::kMemoryMove);
  job.source = AddressOf(memory.data());
  job.destination = job.source + 100;
  job.transfer_size = 10'000;
  // The second piece from behind stops somewhere.
  Bench bench({offload::Loopback({.max_transfer = 1024, .fault_every = 2})});
  const Order order = bench.Job(0, job, FaultPolicy::kError);
  bench.offload.Submit({&order, 1});
  Check(Ends(bench, 0), "hangs");
  const auto& record = bench.memory->records[0];
  Equal(record.status & abi::kStatusMask, 3);
  Equal(record.result, 1);
  const uint32_t first = 10'000 % 1024;
  Check(record.bytes_completed >= first && record.bytes_completed < first + 1024, "what is behind");
});

const Register trial("a trial that is answered too late holds no credit", [] {
  const Silent silent({.dedicated = true, .size = 1, .max_transfer = 4096, .max_batch = 1});
  Bench bench({silent.queue});
  Check(!silent.queue->Probe(milliseconds(1)), "nobody answered");
  Equal(bench.offload.Submit(Nops(bench, 1)), 0u);
  silent.portal->Answer();
  Equal(bench.offload.Submit(Nops(bench, 1)), 1u);
  silent.portal->Answer();
});

const Register elsewhere("where the queues of its node are lost, others serve", [] {
  const Silent here({.size = 2, .max_transfer = 4096, .max_batch = 1, .numa_node = 0});
  const Silent there({.size = 2, .max_transfer = 4096, .max_batch = 1, .numa_node = 1});
  here.queue->MarkLost();
  there.queue->MarkLost();
  const Silent third({.size = 2, .max_transfer = 4096, .max_batch = 1, .numa_node = 7});
  Bench bench({here.queue, there.queue, third.queue});
  Equal(bench.offload.Submit(Nops(bench, 1)), 1u);
  third.portal->Answer();
});

}  // namespace
}  // namespace datamover::test
