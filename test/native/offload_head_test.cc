#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "check.h"
#include "engine/execute.h"
#include "offload/head.h"
#include "offload/loopback.h"
#include "offload_bench.h"

// The first bytes of destinations off a line's border, which the CPU moves.
namespace datamover::test {
namespace {

using abi::Opcode;
using offload::Order;

constexpr uint32_t kBytes = 2000;
constexpr uint32_t kHead = 54;

/// A job of each operation that has a head, its destination off a border, and what it comes to.
struct Headed {
  explicit Headed(Opcode opcode) : job(Reporting(Describe(opcode), record)) {
    job.source = AddressOf(from.data());
    if (opcode == Opcode::kFill) job.pattern = 0x0123'4567'89ab'cdef;
    job.destination = AddressOf(&to[64 - kHead]);
    job.transfer_size = kBytes;
    if (opcode == Opcode::kCopyCrc) {
      job.flags_opcode |= abi::flag::kCrcReadSeed;
      job.crc.seed_address = AddressOf(&seed);
    }
    const std::vector<uint8_t> before(to.data(), to.data() + to.size());
    expected_record = engine::Execute(job);
    expected.assign(to.data(), to.data() + to.size());
    std::memcpy(to.data(), before.data(), before.size());
  }

  bool Untouched() {
    return std::count(to.data(), to.data() + to.size(), 0) == static_cast<int>(to.size());
  }
  bool Done() { return std::memcmp(to.data(), expected.data(), expected.size()) == 0; }

  const std::vector<uint8_t> from = Random(3).Bytes(kBytes);
  const uint32_t seed = 0x1234'5678;
  Pages to = Pages(4096);
  abi::CompletionRecord record;
  abi::Descriptor job;
  std::vector<uint8_t> expected;
  abi::CompletionRecord expected_record;
};

constexpr std::array kHeaded = {Opcode::kMemoryMove, Opcode::kFill, Opcode::kCopyCrc};

const Register cut("destinations are brought to a line's border where that pays", [] {
  for (const Opcode opcode : kHeaded) {
    Headed headed(opcode);
    auto rest = headed.job;
    Equal(offload::CutHead(rest), kHead);
    Equal(rest.destination % 64, uint64_t{0});
    Equal(rest.transfer_size, kBytes - kHead);
    Check(headed.Untouched(), "nothing is moved yet");
    offload::MoveHead(headed.job, kHead);
    Check(std::memcmp(headed.to.data(), headed.expected.data(), 64) == 0, "the head");
    Check(!headed.Done(), "no more than that");
    Equal(engine::Execute(rest).crc, headed.expected_record.crc);
    Check(headed.Done(), "head and rest");
  }
  Headed headed(Opcode::kMemoryMove);
  headed.job.flags_opcode |= abi::flag::kCacheControl1;
  Equal(offload::CutHead(headed.job), 0u, "into the cache it does not matter");
});

const Register unmoved("of a job that no queue has room for not a byte is done", [] {
  for (const Opcode opcode : kHeaded) {
    const Silent silent;
    Bench bench({silent.queue});
    Headed headed(opcode);
    const Order order = bench.Job(1, headed.job);
    silent.portal->has_room = false;
    Equal(bench.offload.Submit({&order, 1}), 0u);
    Check(headed.Untouched(), "written");

    silent.portal->has_room = true;
    Equal(bench.offload.Submit({&order, 1}), 1u);
    silent.portal->Answer();
    bench.Finish(1);
    Equal(bench.Status(1), 1);
    Check(headed.Done(), "wrong bytes");
    Equal(bench.memory->records[1].crc, headed.expected_record.crc);
  }
});

const Register ends(
    "a job whose head the CPU moved ends as any other, whatever the device does", [] {
      for (const uint32_t faults : {0u, 1u, 2u}) {
        for (const uint32_t batch : {1u, 8u}) {
          Bench bench({offload::Loopback({.max_batch = batch, .fault_every = faults})});
          std::vector<std::unique_ptr<Headed>> jobs;
          std::vector<Order> orders;
          for (uint32_t slot = 0; slot < 9; ++slot) {
            jobs.push_back(std::make_unique<Headed>(kHeaded[slot % kHeaded.size()]));
            orders.push_back(bench.Job(slot, jobs.back()->job));
          }
          Equal(bench.offload.Submit(orders), 9u);
          for (uint32_t slot = 0; slot < 9; ++slot) {
            bench.Finish(slot);
            Equal(bench.Status(slot), 1);
            Check(jobs[slot]->Done(), "wrong bytes");
            Equal(bench.memory->records[slot].crc, jobs[slot]->expected_record.crc);
          }
        }
      }
    });

}  // namespace
}  // namespace datamover::test
