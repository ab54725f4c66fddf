#if defined(__linux__)

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "device_model/batch.h"
#include "model_memory.h"

namespace datamover::test {
namespace {

using abi::Opcode;
namespace flag = abi::flag;

constexpr uint32_t kMembers = 16;

struct Outcome {
  abi::CompletionRecord record;
  std::vector<uint64_t> order;  // the sources of the members, as they were done
  std::vector<uint8_t> statuses;
};

/// Fills whose patterns are their numbers.
struct List {
  Pages pages{8192};
  Pages target{4096};
  abi::Descriptor* const members = reinterpret_cast<abi::Descriptor*>(&pages[4096 - 8 * 64]);

  List() {
    for (uint32_t i = 0; i < kMembers; ++i) members[i] = FillJob(&target[i], i, 1);
  }
  void Fence(uint32_t index) { members[index].flags_opcode |= flag::kFence; }
  /// Fails, as a fill of nothing does.
  void Break(uint32_t index) { members[index].transfer_size = 0; }

  Outcome Run(uint64_t seed, HoledMemory memory = {}, const device_model::QueueRules& rules = {}) {
    Outcome outcome;
    device_model::Random random(seed);
    const auto done = [&](const abi::Descriptor& member, const abi::CompletionRecord& record) {
      outcome.order.push_back(member.pattern);
      outcome.statuses.push_back(record.status);
    };
    outcome.record = device_model::ExecuteBatch(
        BatchJob(members, kMembers), memory, rules,
        [](const abi::Descriptor&) { return device_model::Injection{}; }, random, done);
    return outcome;
  }
};

void Ended(const Outcome& outcome, uint8_t status, uint32_t processed) {
  Equal(outcome.record.status, status);
  Equal(outcome.record.bytes_completed, processed, "processed");
  Equal(outcome.order.size(), processed);
}

const Register success("model: a batch counts its members also when all succeed", [] {
  List list;
  Ended(list.Run(1), 0x01, kMembers);
  for (uint32_t i = 0; i < kMembers; ++i) Equal(list.target[i], i);
});

const Register order("model: members are done in any order, but all of them", [] {
  List list;
  std::vector<std::vector<uint64_t>> orders;
  for (uint64_t seed = 1; seed < 6; ++seed) {
    auto outcome = list.Run(seed);
    orders.push_back(outcome.order);
    std::sort(outcome.order.begin(), outcome.order.end());
    for (uint64_t i = 0; i < kMembers; ++i) Equal(outcome.order[i], i);
  }
  Check(orders[0] != orders[1], "one seed is not the other");
  Check(orders[0] == list.Run(1).order, "a seed is itself");
});

const Register fences("model: a fence is not overtaken", [] {
  List list;
  list.Fence(5);
  list.Fence(12);
  for (uint64_t seed = 1; seed < 20; ++seed) {
    const auto done = list.Run(seed).order;
    for (uint32_t at = 0; at < kMembers; ++at) {
      const uint64_t lowest = at < 5 ? 0 : at < 12 ? 5 : 12;
      const uint64_t end = at < 5 ? 5 : at < 12 ? 12 : kMembers;
      Check(done[at] >= lowest && done[at] < end, "place " + std::to_string(at));
    }
  }
});

const Register failure("model: without a fence the others do not care", [] {
  List list;
  list.Break(3);
  const auto outcome = list.Run(1);
  Ended(outcome, 0x05, kMembers);
  Equal(std::count(outcome.statuses.begin(), outcome.statuses.end(), 0x13), 1);
});

const Register abandoned("model: behind a failure and a fence nothing is done", [] {
  List list;
  list.Break(3);
  list.Fence(5);
  Ended(list.Run(1), 0x05, 5);
  for (uint32_t i = 5; i < kMembers; ++i) Equal(list.target[i], 0);
  // A failure behind the last fence.
  List late;
  late.Break(14);
  late.Fence(5);
  Ended(late.Run(1), 0x05, kMembers);
  // A member that is fenced, and fails.
  List fenced;
  fenced.Break(5);
  fenced.Fence(5);
  fenced.Fence(9);
  Ended(fenced.Run(1), 0x05, 9);
});

const Register predicate("model: a false predicate is a failure to a batch", [] {
  List list;
  const uint8_t byte = 1;
  list.members[2] = ComparePatternJob(&byte, 0, 1);
  list.members[2].flags_opcode |= flag::kCheckResult;
  list.Fence(4);
  const auto outcome = list.Run(1);
  Ended(outcome, 0x05, 4);
  Equal(std::count(outcome.statuses.begin(), outcome.statuses.end(), 0x02), 1);
});

const Register nested("model: batches and drains are no members", [] {
  for (const auto& member : {BatchJob(nullptr, 2), DrainJob()}) {
    List list;
    list.members[7] = member;
    const auto outcome = list.Run(1);
    Ended(outcome, 0x05, kMembers);
    Equal(std::count(outcome.statuses.begin(), outcome.statuses.end(), 0x10), 1);
  }
});

const Register unread("model: of a list that ends in a hole the beginning is done", [] {
  List list;
  const auto hole = HoledMemory(HoledMemory::Hole::kUnmapped, &list.pages[4096], 4096);
  const auto outcome = list.Run(1, hole);
  Ended(outcome, 0x06, 8);
  Equal(outcome.record.fault_address, AddressOf(&list.pages[4096]));
  const auto nothing = HoledMemory(HoledMemory::Hole::kUnmapped, &list.pages[0], 8192);
  for (const bool round : {false, true}) {
    const auto at_once = list.Run(1, nothing, {.round_fault_addresses = round});
    Ended(at_once, 0x06, 0);
    Equal(at_once.record.fault_address, AddressOf(round ? &list.pages[0] : &list.pages[3584]));
  }
  // Pages of the list that are only swapped out are waited for.
  Ended(list.Run(1, HoledMemory(HoledMemory::Hole::kSwappedOut, &list.pages[4096], 4096)), 0x01,
        kMembers);
});

}  // namespace
}  // namespace datamover::test

#endif
