#if defined(__linux__)

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "device_model/execute.h"
#include "model_memory.h"

namespace datamover::test {
namespace {

using abi::Opcode;
namespace flag = abi::flag;

abi::CompletionRecord Run(const abi::Descriptor& job) {
  HoledMemory memory;
  return device_model::Execute(job, memory, {.block_on_fault = true}, {});
}

/// Done completely, which is reported as 0 bytes.
void Succeeds(const abi::Descriptor& job, const std::string& what = "") {
  const auto record = Run(job);
  Equal(record.status, 0x01, what);
  Equal(record.bytes_completed, 0u, what);
}

const Register moves("model: a move gives what a copy by way of other memory gives", [] {
  Random random(11);
  for (int round = 0; round < 500; ++round) {
    auto bytes = random.Bytes(20000);
    auto expected = bytes;
    const uint32_t length = 1 + random.Below(9000);
    const uint32_t from = random.Below(9000), to = random.Below(9000);
    std::memmove(&expected[to], &expected[from], length);
    Succeeds(MoveJob(&bytes[to], &bytes[from], length));
    Check(bytes == expected, "bytes");
  }
});

const Register fills("model: a pattern begins with its lowest byte", [] {
  for (uint32_t length = 1; length < 40; ++length) {
    std::vector<uint8_t> bytes(48, 0xee), expected(48, 0xee);
    for (uint32_t i = 0; i < length; ++i) expected[3 + i] = static_cast<uint8_t>(i % 8 + 1);
    Succeeds(FillJob(&bytes[3], 0x0807060504030201, length));
    Check(bytes == expected, std::to_string(length));
  }
});

const Register compares("model: a comparison says where the first difference is", [] {
  struct Case {
    uint32_t flags;
    uint8_t expected_result;
    uint8_t equal_status, different_status;
  };
  for (const Case& each : {Case{0, 0, 1, 1}, Case{0, 1, 1, 1}, Case{flag::kCheckResult, 0, 1, 2},
                           Case{flag::kCheckResult, 1, 2, 1}}) {
    for (const uint32_t difference : {0u, 1u, 7u, 8u, 99u, 100u}) {
      std::vector<uint8_t> a(101), b;
      for (size_t i = 0; i < a.size(); ++i) a[i] = static_cast<uint8_t>(i % 8 + 1);
      b = a;
      b[difference] ^= 0x10;
      for (const Opcode opcode : {Opcode::kCompare, Opcode::kComparePattern}) {
        auto job = opcode == Opcode::kCompare
                       ? CompareJob(a.data(), b.data(), 100)
                       : ComparePatternJob(b.data(), 0x0807060504030201, 100);
        job.flags_opcode |= each.flags;
        job.compare.expected_result = each.expected_result;
        const auto record = Run(job);
        const bool different = difference < 100;
        Equal(record.status, different ? each.different_status : each.equal_status);
        Equal(record.result, different);
        Equal(record.bytes_completed, different ? difference : 0u);
      }
    }
  }
});

const Register dualcasts("model: a dualcast writes twice", [] {
  Pages first(4096), second(4096);
  const auto source = Random(5).Bytes(1000);
  Succeeds(DualcastJob(&first[10], &second[10], source.data(), 1000));
  for (Pages* pages : {&first, &second}) {
    Check(std::equal(source.begin(), source.end(), pages->data() + 10), "bytes");
    Check((*pages)[9] == 0 && (*pages)[1010] == 0, "around");
  }
});

const Register flushes("model: a flush changes nothing", [] {
  auto bytes = Random(6).Bytes(1000);
  const auto before = bytes;
  Succeeds(FlushJob(bytes.data(), 1000));
  Check(bytes == before, "bytes");
});

const Register nothing("model: a no-op and a drain succeed", [] {
  Succeeds(Describe(Opcode::kNop));
  Succeeds(DrainJob());
});

struct KnownCrc {
  std::string data;
  uint32_t seed;
  uint32_t flags;
  uint32_t crc;
};

std::string Sequence(size_t count, int first, int step) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += static_cast<char>(first + step * static_cast<int>(i));
  return text;
}

std::string DsaTestPattern() {
  std::string text;
  const uint64_t word = 0x0123456789abcdef;
  for (int i = 0; i < 512; ++i) text.append(reinterpret_cast<const char*>(&word), sizeof word);
  return text;
}

// The check values of CRC-32C, of RFC 3720, and of Intel's own test of the device.
const KnownCrc kKnown[] = {
    {"123456789", 0, 0, 0xe3069283},
    {"123456789", 0xffffffff, 0, 0xa71c05df},
    {"1234", 0, 0, 0xf63af4ee},
    {"56789", 0xf63af4ee, 0, 0xe3069283},
    {"123456789", 0, flag::kCrcBypassInversion, 0x045fc71a},
    {"123456789", 0xffffffff, flag::kCrcBypassInversion, 0x3eb69f38},
    {"123456789", 0, flag::kCrcBypassInversion | flag::kCrcBypassDataReflection, 0xc052a8c8},
    {"123456789", 0xffffffff, flag::kCrcBypassInversion | flag::kCrcBypassDataReflection,
     0xfabbf0ea},
    {"123456789", 0, flag::kCrcBypassDataReflection, 0xa8f022a0},
    {"a", 0, 0, 0xc1d04330},
    {Sequence(32, 0, 0), 0, 0, 0x8a9136aa},
    {Sequence(32, 0xff, 0), 0, 0, 0x62a8ab43},
    {Sequence(32, 0, 1), 0, 0, 0x46dd794e},
    {DsaTestPattern(), 0x12345678, 0, 0x1b6f4410},
};

const Register crcs("model: CRCs are those that are published", [] {
  for (const KnownCrc& each : kKnown) {
    const auto bytes = static_cast<uint32_t>(each.data.size());
    const auto job = CrcJob(each.data.data(), bytes, each.seed, each.flags);
    Succeeds(job);
    Equal(Run(job).crc, each.crc, each.data.substr(0, 10));

    std::string copy(bytes, '\0');
    const auto copying = CopyCrcJob(copy.data(), each.data.data(), bytes, each.seed, each.flags);
    Succeeds(copying);
    Equal(Run(copying).crc, each.crc, "copied");
    Check(copy == each.data, "copy");

    // The record of one job as the seed of the next.
    alignas(32) abi::CompletionRecord before = {};
    before.crc = each.seed;
    auto reading = CrcJob(each.data.data(), bytes, 0, each.flags | flag::kCrcReadSeed);
    reading.crc.seed_address = AddressOf(&before.crc);
    Equal(Run(reading).crc, each.crc, "seed from memory");
  }
});

}  // namespace
}  // namespace datamover::test

#endif
