#include <algorithm>
#include <cstring>
#include <vector>

#include "check.h"
#include "offload/loopback.h"
#include "offload_bench.h"

namespace datamover::test {
namespace {

using abi::Opcode;
using offload::FaultPolicy;
using offload::Order;

constexpr uint32_t kJobs = 24;
constexpr uint32_t kRoom = 2048;  // bytes for each

/// Memory of all jobs: what they read and what they write, at addresses of every kind.
struct Ground {
  explicit Ground(Random& random)
      : from(random.Bytes(kJobs * kRoom)), to(kJobs * kRoom), lengths(kJobs) {
    for (uint32_t& length : lengths) length = 1 + static_cast<uint32_t>(random.Next() % 1900);
  }
  uint8_t* From(uint32_t slot) { return &from[slot * kRoom + slot]; }
  uint8_t* To(uint32_t slot) { return &to[slot * kRoom + slot * 5]; }
  abi::Descriptor Job(Opcode opcode, uint32_t slot) {
    auto job = Describe(opcode);
    job.source = reinterpret_cast<uint64_t>(From(slot));
    job.destination = reinterpret_cast<uint64_t>(To(slot));
    job.transfer_size = lengths[slot];
    return job;
  }
  std::vector<uint8_t> from, to;
  std::vector<uint32_t> lengths;
};

const Register small("small jobs that fault, alone and in batches, are gone on with", [] {
  for (const uint32_t members : {1u, 4u}) {
    for (const auto policy : {FaultPolicy::kContinue, FaultPolicy::kRetry}) {
      Random random(members);
      Ground ground(random);
      Bench bench({offload::Loopback({.max_batch = members, .fault_every = 2})});
      std::vector<Order> orders;
      for (uint32_t slot = 0; slot < kJobs; ++slot) {
        orders.push_back(bench.Job(slot, ground.Job(Opcode::kMemoryMove, slot), policy));
      }
      Equal(bench.offload.Submit(orders), kJobs);
      for (uint32_t slot = 0; slot < kJobs; ++slot) {
        bench.Finish(slot);
        Equal(bench.Status(slot), 1);
        const uint8_t* const to = ground.To(slot);
        const uint32_t length = ground.lengths[slot];
        Check(std::equal(to, to + length, ground.From(slot)), "wrong bytes");
        Check(to[length] == 0, "a byte too many");
      }
      const auto counters = bench.offload.counters();
      Check(counters.read_faults + counters.write_faults > 0, "no fault");
      Check(policy == FaultPolicy::kRetry ? counters.retried > 0 : counters.retried == 0,
            "retried");
    }
  }
});

const Register failing("a job that is to fail at a fault says how far it came", [] {
  Random random(3);
  Ground ground(random);
  Bench bench({offload::Loopback({.max_batch = 4, .fault_every = 3})});
  std::vector<Order> orders;
  for (uint32_t slot = 0; slot < kJobs; ++slot) {
    orders.push_back(bench.Job(slot, ground.Job(Opcode::kMemoryMove, slot), FaultPolicy::kError));
  }
  Equal(bench.offload.Submit(orders), kJobs);
  uint32_t failed = 0;
  for (uint32_t slot = 0; slot < kJobs; ++slot) {
    bench.Finish(slot);
    const bool whole = bench.Status(slot) == 1;
    const uint32_t done =
        whole ? ground.lengths[slot] : bench.memory->records[slot].bytes_completed;
    Check(std::equal(ground.To(slot), ground.To(slot) + done, ground.From(slot)), "wrong bytes");
    failed += !whole;
  }
  Check(failed > 0, "none failed");
  Equal(bench.offload.counters().continued, 0u);
});

const Register compared("a comparison that faults finds the same difference", [] {
  Random random(4);
  Ground ground(random);
  Bench bench({offload::Loopback({.fault_every = 2})});
  std::vector<Order> orders;
  for (uint32_t slot = 0; slot < kJobs; ++slot) {
    std::copy_n(ground.From(slot), ground.lengths[slot], ground.To(slot));
    ground.To(slot)[ground.lengths[slot] / 2] ^= slot % 2;
    orders.push_back(bench.Job(slot, ground.Job(Opcode::kCompare, slot)));
  }
  Equal(bench.offload.Submit(orders), kJobs);
  for (uint32_t slot = 0; slot < kJobs; ++slot) {
    bench.Finish(slot);
    const auto& record = bench.memory->records[slot];
    Equal(record.result, slot % 2);
    if (slot % 2 != 0) Equal(record.bytes_completed, ground.lengths[slot] / 2);
  }
});

}  // namespace
}  // namespace datamover::test
