#if defined(__linux__)

#include "intel_dml/intel_dml.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "check.h"
#include "descriptors.h"
#include "dif_case.h"
#include "engine/execute.h"

// Intel DML as the provider of kernels against our own: memory and records agree, bit for bit.
namespace datamover::test {
namespace {

using abi::Opcode;
namespace flag = abi::flag;

constexpr uint32_t kMost = 40'000;       // bytes of a range
constexpr uint32_t kRoom = 12 * 4096;    // from one range to the next
constexpr uint32_t kMemory = 3 * kRoom;  // three ranges

/// Memory with a job on it; the same for the same seed, wherever it is.
struct Case {
  Pages memory{kMemory};
  abi::Descriptor job;

  Case(Opcode opcode, uint32_t seed) {
    Random random(seed);
    const uint32_t bytes = 1 + random.Below(random.Below(2) ? kMost : 300);
    const auto data = random.Bytes(kRoom);
    std::copy(data.begin(), data.end(), &memory[0]);
    if (random.Below(3) > 0) std::copy(data.begin(), data.end(), &memory[kRoom]);
    const uint32_t skew = random.Below(2) ? random.Below(64) : 0;
    uint8_t* const a = &memory[skew];
    uint8_t* const b = &memory[kRoom + (random.Below(2) ? skew : random.Below(64))];
    const auto seeds = random.Next();
    job = Describe(opcode);
    switch (opcode) {
      case Opcode::kMemoryMove:
        job = MoveJob(random.Below(2) ? b : &memory[random.Below(bytes + 64)], a, bytes);
        break;
      case Opcode::kFill:
        job = FillJob(a, uint64_t{seeds} << 32 | random.Next(), bytes);
        break;
      case Opcode::kDualcast:
        job = DualcastJob(&memory[kRoom + skew], &memory[2 * kRoom + skew], a, bytes);
        break;
      case Opcode::kCompare:
        job = CompareJob(a, &memory[kRoom + skew], bytes);
        if (random.Below(2)) memory[kRoom + skew + random.Below(bytes)] ^= 4;
        break;
      case Opcode::kComparePattern:
        std::fill_n(a, bytes, uint8_t{7});
        job = ComparePatternJob(a, 0x0707'0707'0707'0707, bytes);
        if (random.Below(2)) a[random.Below(bytes)] ^= 4;
        break;
      case Opcode::kCrc:
        job = CrcJob(a, bytes, seeds, CrcFlags(random));
        break;
      case Opcode::kCopyCrc:
        job = CopyCrcJob(b, a, bytes, seeds, CrcFlags(random));
        break;
      case Opcode::kCreateDelta:
        CreateDelta(random, bytes / 8 * 8 + 8);
        break;
      case Opcode::kApplyDelta:
        CreateDelta(random, bytes / 8 * 8 + 8);
        job = Apply(engine::Execute(job).delta_record_size);
        break;
      case Opcode::kCacheFlush:
        job = FlushJob(a, bytes);
        break;
      default:
        break;
    }
    if (opcode == Opcode::kCompare || opcode == Opcode::kComparePattern) {
      if (random.Below(2)) job.flags_opcode |= flag::kCheckResult;
      job.compare.expected_result = job.has(flag::kCheckResult) ? random.Below(2) : 0;
    }
  }

  static uint32_t CrcFlags(Random& random) {
    return (random.Below(2) ? flag::kCrcBypassInversion : 0) |
           (random.Below(2) ? flag::kCrcBypassDataReflection : 0);
  }

  void CreateDelta(Random& random, uint32_t bytes) {
    std::copy_n(&memory[0], bytes, &memory[kRoom]);
    for (uint32_t differ = random.Below(40); differ > 0; --differ) {
      memory[kRoom + random.Below(bytes)] ^= 1;
    }
    job = Reporting(Describe(Opcode::kCreateDelta), SpareRecord());
    job.source = AddressOf(&memory[0]);
    job.source2 = AddressOf(&memory[kRoom]);
    job.transfer_size = bytes;
    job.create_delta.record = AddressOf(&memory[2 * kRoom]) + random.Below(2) * random.Below(9);
    job.create_delta.record_size = 80 + random.Below(400);
    if (random.Below(2)) {
      job.flags_opcode |= flag::kCheckResult;
      job.create_delta.expected_result_mask = static_cast<uint8_t>(random.Below(8));
    }
  }

  abi::Descriptor Apply(uint32_t record_bytes) const {
    auto apply = Describe(Opcode::kApplyDelta);
    apply.delta = job.create_delta.record;
    apply.destination = job.source;
    apply.transfer_size = job.transfer_size;
    apply.apply_delta.record_size = std::max(record_bytes, 10u);
    return apply;
  }
};

/// Room that a delta record does not use may hold anything.
void ClearUnused(const abi::Descriptor& job, const abi::CompletionRecord& record) {
  if (job.opcode() != Opcode::kCreateDelta) return;
  auto* const made = reinterpret_cast<uint8_t*>(job.create_delta.record);
  std::fill(made + record.delta_record_size, made + job.create_delta.record_size, uint8_t{0});
}

/// How many of the cases DML executed itself.
template <typename Twin, typename Memory>
uint64_t Agree(Opcode opcode, uint32_t cases, Memory written) {
  const auto provider = intel_dml::MakeProvider();
  for (uint32_t seed = 1; seed <= cases; ++seed) {
    const std::string what =
        "opcode " + std::to_string(static_cast<int>(opcode)) + " seed " + std::to_string(seed);
    Twin ours(opcode, seed);
    Twin theirs(opcode, seed);
    const auto expected = engine::Execute(ours.job);
    const auto record = engine::Execute(theirs.job, {}, provider.get());
    ClearUnused(ours.job, expected);
    ClearUnused(theirs.job, record);
    Check(std::memcmp(&record, &expected, sizeof record) == 0, "record: " + what);
    Check(std::memcmp(written(ours).data(), written(theirs).data(), written(ours).size()) == 0,
          "memory: " + what);
  }
  return provider->executed;
}

void DataOperations() {
  for (const Opcode opcode :
       {Opcode::kMemoryMove, Opcode::kFill, Opcode::kDualcast, Opcode::kCompare,
        Opcode::kComparePattern, Opcode::kCrc, Opcode::kCopyCrc}) {
    const auto executed =
        Agree<Case>(opcode, 500, [](Case& each) -> Pages& { return each.memory; });
    Equal(executed, 500u, "executed by DML, opcode " + std::to_string(static_cast<int>(opcode)));
  }
  const auto created =
      Agree<Case>(Opcode::kCreateDelta, 500, [](Case& each) -> Pages& { return each.memory; });
  Check(created > 100 && created < 500, "some records have no room, or lie at odd addresses");
}

void Fields() {
  for (const Opcode opcode :
       {Opcode::kDifCheck, Opcode::kDifInsert, Opcode::kDifStrip, Opcode::kDifUpdate}) {
    const auto executed =
        Agree<DifCase>(opcode, 600, [](DifCase& each) -> Pages& { return each.destination; });
    Check(executed > 50, "executed by DML, opcode " + std::to_string(static_cast<int>(opcode)));
  }
}

void LeftToOurs() {
  for (const Opcode opcode : {Opcode::kNop, Opcode::kApplyDelta, Opcode::kCacheFlush}) {
    const auto executed = Agree<Case>(opcode, 50, [](Case& each) -> Pages& { return each.memory; });
    Equal(executed, 0u, "executed by DML, opcode " + std::to_string(static_cast<int>(opcode)));
  }
  const auto provider = intel_dml::MakeProvider();
  uint8_t byte = 0;
  for (auto job : {MoveJob(&byte, &byte, 0), CompareJob(&byte, &byte, 0), CrcJob(&byte, 0)}) {
    job.transfer_size = 0xffff'ffff;
    Check(!provider->run(job), "DML is given no more than 2 GiB");
  }
}

const bool registered = [] {
  if (intel_dml::Version() == nullptr) {
    std::printf("skip intel dml: not built with it (DML_ROOT names where it is installed)\n");
    return false;
  }
  Register("intel dml: data operations are as ours", DataOperations);
  Register("intel dml: operations on fields are as ours", Fields);
  Register("intel dml: what it would do otherwise is left to ours", LeftToOurs);
  return true;
}();

}  // namespace
}  // namespace datamover::test

#endif
