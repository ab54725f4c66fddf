#include "engine/split.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "engine/execute.h"
#include "engine/operations.h"
#include "engine/ranges.h"

namespace datamover::test {
namespace {

namespace flag = abi::flag;
using engine::PartCount;

constexpr uint32_t kKiB = 1024;
constexpr uint32_t kLargest = 1536 * kKiB;

abi::Descriptor BigMove(uint32_t bytes) {
  auto job = Describe(abi::Opcode::kMemoryMove);
  job.source = uint64_t{1} << 40;
  job.destination = uint64_t{2} << 40;
  job.transfer_size = bytes;
  return job;
}

const Register counts("small and indivisible jobs stay whole", [] {
  Equal(PartCount(BigMove(512 * kKiB - 1), 8), 1u);
  Equal(PartCount(BigMove(512 * kKiB), 8), 2u);
  Equal(PartCount(BigMove(1024 * kKiB), 8), 4u);
  Equal(PartCount(BigMove(1024 * kKiB), 3), 3u);
  Equal(PartCount(BigMove(1024 * kKiB), 1), 1u);
  Equal(PartCount(BigMove(1024 * kKiB), 0), 1u);
  for (const int64_t distance : {1 - int64_t{kLargest}, int64_t{1}, int64_t{4096}}) {
    auto job = BigMove(kLargest);
    job.destination = job.source + static_cast<uint64_t>(distance);
    Equal(PartCount(job, 8), 1u, "overlap");
  }
  auto touching = BigMove(kLargest);
  touching.destination = touching.source + kLargest;
  Equal(PartCount(touching, 8), 6u);
  auto batch = Describe(abi::Opcode::kBatch);
  batch.count = 0xffff'ffff;
  Equal(PartCount(batch, 8), 1u, "batch");
  auto other = BigMove(kLargest);
  other.flags_opcode = Describe(abi::Opcode::kFill).flags_opcode;
  Equal(PartCount(other, 8), 6u, "fill");
  other.flags_opcode = Describe(abi::Opcode::kDifStrip).flags_opcode;
  Equal(PartCount(other, 8), 1u, "strip: one part after the other");
});

const Register grains("jobs on blocks with fields are cut between blocks", [] {
  auto job = Describe(abi::Opcode::kDifStrip);
  Equal(engine::Grain(job, 64), 520u, "512 bytes and a field");
  job.dif.flags = 2;
  Equal(engine::Grain(job, 64), 4104u, "4096 bytes and a field");
  job.flags_opcode = Describe(abi::Opcode::kDifInsert).flags_opcode;
  Equal(engine::Grain(job, 64), 4096u, "4096 bytes without");
  Equal(engine::Grain(BigMove(1024 * kKiB), 64), 64u);
});

const Register borders("parts follow one another, cut at pages, none too small", [] {
  Random random(1);
  for (int round = 0; round < 2000; ++round) {
    const uint32_t bytes = 512 * kKiB + random.Below(round % 2 ? 4 * 1024 * kKiB : 0xffe0'0000);
    const auto job = BigMove(bytes);
    const size_t count = PartCount(job, 2 + random.Below(63));
    uint64_t done = 0;
    for (size_t i = 0; i < count; ++i) {
      const auto part = engine::Part(job, i, count);
      Equal(part.source - job.source, done, "source");
      Equal(part.destination - job.destination, done, "destination");
      Equal(done % 4096, 0u, "cut");
      Check(part.transfer_size >= 256 * kKiB, "size");
      Equal(part.flags() & kRecordFlags, 0u, "record");
      done += part.transfer_size;
    }
    Equal(done, bytes, "end");
  }
});

abi::CompletionRecord InParts(const abi::Descriptor& job, Random& random) {
  const size_t count = PartCount(job, 2 + random.Below(5));
  Check(count > 1, "parts");
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  for (size_t i = count; i > 1; --i) std::swap(order[i - 1], order[random.Below(i)]);
  std::vector<abi::CompletionRecord> records(count);
  for (const size_t i : order) records[i] = engine::ExecuteLegal(engine::Part(job, i, count));
  return engine::Join(job, records);
}

/// Memory for a source and two destinations of any size up to the largest, at any alignment.
struct Arena {
  static constexpr uint32_t kRange = kLargest + 4096;
  Pages memory = Pages(3 * kRange);
  uint8_t* source(uint32_t shift) { return &memory[shift]; }
  uint8_t* first(uint32_t shift) { return &memory[kRange + shift]; }
  uint8_t* second(uint32_t shift) { return &memory[2 * kRange + shift]; }
  /// Zeroes the destinations and returns what was there.
  std::vector<uint8_t> TakeDestinations() {
    std::vector<uint8_t> taken(&memory[kRange], &memory[0] + 3 * kRange);
    std::memset(&memory[kRange], 0, 2 * kRange);
    return taken;
  }
};

/// The job as a whole and in parts, in random order: same record, same memory.
void SameInParts(const abi::Descriptor& job, Arena& arena, Random& random) {
  const std::string what = "opcode " + std::to_string(static_cast<int>(job.opcode()));
  const auto whole = engine::Execute(job);
  const auto memory = arena.TakeDestinations();
  const auto joined = InParts(job, random);
  Check(std::memcmp(&joined, &whole, sizeof whole) == 0, what + ": record");
  Check(arena.TakeDestinations() == memory, what + ": memory");
}

const Register writes("moves, fills and dualcasts are the same in parts", [] {
  Random random(2);
  Arena arena;
  const auto data = random.Bytes(Arena::kRange);
  std::copy(data.begin(), data.end(), arena.source(0));
  for (int round = 0; round < 4; ++round) {
    const uint32_t bytes = 512 * kKiB + random.Below(kLargest - 512 * kKiB);
    const uint32_t a = random.Below(4096), b = random.Below(4096);
    SameInParts(MoveJob(arena.first(b), arena.source(a), bytes), arena, random);
    SameInParts(DualcastJob(arena.first(b), arena.second(b), arena.source(a), bytes), arena,
                random);
    const uint64_t pattern = random.Next() * uint64_t{0x1234'5678'9};
    SameInParts(FillJob(arena.first(b), pattern, bytes), arena, random);
    const auto flush = FlushJob(arena.first(b), bytes);
    if (!engine::Refuse(flush)) SameInParts(flush, arena, random);
  }
});

const Register crcs("crcs are the same in parts, for all flags and seeds", [] {
  Random random(3);
  Arena arena;
  const auto data = random.Bytes(Arena::kRange);
  std::copy(data.begin(), data.end(), arena.source(0));
  alignas(4) uint32_t seed_in_memory;
  for (uint32_t combination = 0; combination < 8; ++combination) {
    const uint32_t bytes = 512 * kKiB + random.Below(kLargest - 512 * kKiB);
    const uint32_t a = random.Below(4096), b = random.Below(4096);
    const uint32_t seed = random.Next();
    for (auto job : {CrcJob(arena.source(a), bytes, seed),
                     CopyCrcJob(arena.first(b), arena.source(a), bytes, seed)}) {
      job.flags_opcode |= combination << 16;
      if (job.has(flag::kCrcReadSeed)) {
        seed_in_memory = seed;
        job.crc.seed = 0;
        job.crc.seed_address = AddressOf(&seed_in_memory);
      }
      SameInParts(job, arena, random);
    }
  }
});

void SameComparisons(const abi::Descriptor& comparison, Random& random) {
  auto job = comparison;
  for (const uint8_t expected : {0, 1}) {
    for (const uint32_t check : {0u, flag::kCheckResult}) {
      job.flags_opcode = (job.flags_opcode & ~flag::kCheckResult) | check;
      job.compare.expected_result = expected;
      const auto whole = engine::Execute(job);
      const auto joined = InParts(job, random);
      Check(std::memcmp(&joined, &whole, sizeof whole) == 0, "record");
      Check(!engine::Part(job, 1, 2).has(flag::kCheckResult), "a part has no predicate");
    }
  }
}

const Register comparisons("comparisons are the same in parts, wherever they differ", [] {
  Random random(4);
  Arena arena;
  constexpr uint64_t kPattern = 0x8877'6655'4433'2211;
  const uint32_t bytes = 1024 * kKiB + 77;
  uint8_t* const a = arena.source(3);
  engine::Execute(FillJob(a, kPattern, bytes));
  const std::vector<uint8_t> same(a, a + bytes);
  const auto compare = [&] {
    SameComparisons(CompareJob(same.data(), a, bytes), random);
    SameComparisons(ComparePatternJob(a, kPattern, bytes), random);
  };
  compare();
  // Differences are added from the end, so that each is the first for a while.
  for (uint32_t end = bytes; end > 0; end -= std::min(end, 200 * kKiB)) {
    a[end - 1] ^= 1;
    compare();
  }
});

const Register refused("what refuses a part refuses the whole", [] {
  std::vector<abi::CompletionRecord> parts(3, engine::RecordOf(abi::Status::kSuccess));
  Equal(engine::Join(BigMove(kLargest), parts).status, parts[0].status);
  parts[1] = parts[2] = engine::RecordOf(abi::Status::kInvalidFlags);
  Equal(engine::Join(BigMove(kLargest), parts).status, parts[1].status);
});

}  // namespace
}  // namespace datamover::test
