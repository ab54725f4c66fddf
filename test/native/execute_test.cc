#include "engine/execute.h"

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "check.h"
#include "descriptors.h"

namespace datamover::test {
namespace {

namespace flag = abi::flag;
using abi::Status;
using engine::Execute;

void Succeeds(const abi::Descriptor& job, uint8_t result = 0,
              std::source_location at = std::source_location::current()) {
  const auto record = Execute(job);
  Equal(record.status, static_cast<uint8_t>(Status::kSuccess), "status", at);
  Equal(record.result, result, "result", at);
  Equal(record.bytes_completed, 0u, "bytes completed", at);
}

uint32_t CrcOf(const abi::Descriptor& job) {
  const auto record = Execute(job);
  Equal(record.status, static_cast<uint8_t>(Status::kSuccess), "status");
  Equal(record.bytes_completed, 0u, "bytes completed");
  return record.crc;
}

const Register nop("nop and drain succeed", [] {
  Succeeds(Describe(abi::Opcode::kNop));
  Succeeds(DrainJob());
});

const Register move("memory move reports the direction it had to take", [] {
  Random random(1);
  const auto before = random.Bytes(320);
  for (const int distance : {-101, -100, -99, -1, 0, 1, 99, 100, 101}) {
    auto memory = before;
    const int from = 110, to = from + distance;
    Succeeds(MoveJob(&memory[to], &memory[from], 100), distance > 0 && distance < 100);
    Check(std::equal(&before[from], &before[from] + 100, &memory[to]), "moved data");
  }
});

const Register fill("fill repeats its pattern", [] {
  std::array<uint8_t, 12> memory = {};
  Succeeds(FillJob(&memory[1], 0x0807'0605'0403'0201, 10));
  Check(memory == std::array<uint8_t, 12>{0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 0}, "filled data");
});

const Register dualcast("dualcast copies twice", [] {
  Pages memory(3 * 4096);
  Random random(2);
  for (size_t i = 0; i < 4096; ++i) memory[i] = static_cast<uint8_t>(random.Next());
  Succeeds(DualcastJob(&memory[4096], &memory[8192], &memory[0], 4096));
  Check(std::equal(&memory[0], &memory[0] + 4096, &memory[4096]), "first");
  Check(std::equal(&memory[0], &memory[0] + 4096, &memory[8192]), "second");
});

const Register flush("cache flush succeeds both ways", [] {
  std::array<uint8_t, 300> memory = {};
  for (const uint32_t keep : {0u, flag::kCacheControl1}) {
    auto job = FlushJob(&memory[3], 290);
    job.flags_opcode |= keep;
    const auto status = static_cast<Status>(Execute(job).status);
    // A machine without usable flush instructions has no such operation.
    Check(status == Status::kSuccess || status == Status::kUnsupportedOpcode, "status");
  }
});

void ChecksPredicate(const abi::Descriptor& comparison, bool different, uint32_t offset) {
  auto job = comparison;
  for (const uint32_t check : {0u, flag::kCheckResult}) {
    for (const bool expected : {false, true}) {
      job.flags_opcode = (job.flags_opcode & ~flag::kCheckResult) | check;
      job.compare.expected_result = expected;
      const auto record = Execute(job);
      const bool holds = check == 0 || expected == different;
      Equal(record.status, static_cast<uint8_t>(holds ? Status::kSuccess : Status::kFalsePredicate),
            "status");
      Equal(record.result, different, "result");
      Equal(record.bytes_completed, offset, "offset");
    }
  }
}

const Register compare("comparisons report the first difference and check the result", [] {
  Random random(3);
  const auto a = random.Bytes(200);
  auto b = a;
  ChecksPredicate(CompareJob(a.data(), b.data(), 200), false, 0);
  ChecksPredicate(CompareJob(a.data(), a.data(), 200), false, 0);
  for (const uint32_t offset : {199, 77, 64, 1, 0}) {
    b[offset] ^= 0x10;
    ChecksPredicate(CompareJob(a.data(), b.data(), 200), true, offset);
    ChecksPredicate(CompareJob(a.data(), b.data(), offset + 1), true, offset);
    if (offset > 0) ChecksPredicate(CompareJob(a.data(), b.data(), offset), false, 0);
  }
});

const Register compare_pattern("comparisons with a pattern do the same", [] {
  std::vector<uint8_t> data(100);
  for (size_t i = 0; i < data.size(); ++i) data[i] = static_cast<uint8_t>(1 + i % 8);
  constexpr uint64_t kPattern = 0x0807'0605'0403'0201;
  ChecksPredicate(ComparePatternJob(data.data(), kPattern, 100), false, 0);
  ChecksPredicate(ComparePatternJob(&data[1], kPattern, 99), true, 0);
  for (const uint32_t offset : {99, 50, 8, 0}) {
    data[offset] ^= 0x80;
    ChecksPredicate(ComparePatternJob(data.data(), kPattern, 100), true, offset);
  }
});

constexpr uint32_t kBypass17 = flag::kCrcBypassInversion;
constexpr uint32_t kBypass18 = flag::kCrcBypassDataReflection;

const Register crc_values("crc gives the published values", [] {
  const auto crc = [](std::string_view text, uint32_t seed, uint32_t flags = 0) {
    return CrcOf(CrcJob(text.data(), static_cast<uint32_t>(text.size()), seed, flags));
  };
  const std::string_view digits = "123456789";
  Equal(crc(digits, 0), 0xE306'9283u);
  Equal(crc(digits, 0xFFFF'FFFF), 0xA71C'05DFu);
  Equal(crc("1234", 0), 0xF63A'F4EEu);
  Equal(crc("56789", 0xF63A'F4EE), 0xE306'9283u);
  Equal(crc(digits, 0, kBypass17), 0x045F'C71Au);
  Equal(crc(digits, 0xFFFF'FFFF, kBypass17), 0x3EB6'9F38u);
  Equal(crc(digits, 0, kBypass17 | kBypass18), 0xC052'A8C8u);
  Equal(crc(digits, 0xFFFF'FFFF, kBypass17 | kBypass18), 0xFABB'F0EAu);
  Equal(crc(digits, 0, kBypass18), 0xA8F0'22A0u);
  Equal(crc(std::string(32, '\0'), 0), 0x8A91'36AAu);
  Equal(crc(std::string(32, '\xff'), 0), 0x62A8'AB43u);
  std::string rising;
  for (char c = 0; c < 32; ++c) rising += c;
  Equal(crc(rising, 0), 0x46DD'794Eu);
  Equal(crc("a", 0), 0xC1D0'4330u);
  const std::vector<uint64_t> words(512, 0x0123'4567'89ab'cdef);
  Equal(CrcOf(CrcJob(words.data(), 4096, 0x1234'5678)), 0x1B6F'4410u);
});

uint32_t Mirrored(uint32_t value, int bits) {
  uint32_t mirrored = 0;
  for (int i = 0; i < bits; ++i) mirrored |= (value >> i & 1) << (bits - 1 - i);
  return mirrored;
}

/// The device's algorithm, bit by bit.
uint32_t SlowCrc(const std::vector<uint8_t>& data, uint32_t seed, uint32_t flags) {
  uint32_t state = flags & kBypass17 ? seed : Mirrored(~seed, 32);
  for (const uint8_t byte : data) {
    state ^= (flags & kBypass18 ? byte : Mirrored(byte, 8)) << 24;
    for (int i = 0; i < 8; ++i) state = state << 1 ^ (state >> 31 ? 0x1EDC'6F41 : 0);
  }
  return flags & kBypass17 ? state : ~Mirrored(state, 32);
}

const Register crc_property("crc and copy with crc follow the algorithm, flags and seeds", [] {
  Random random(4);
  alignas(4) uint32_t seed_in_memory;
  for (int i = 0; i < 400; ++i) {
    const uint32_t bytes = 1 + random.Below(3000);
    const auto data = random.Bytes(bytes);
    const uint32_t seed = random.Next();
    const uint32_t flags = random.Below(4) * kBypass17;
    const uint32_t expected = SlowCrc(data, seed, flags);

    std::vector<uint8_t> copy(bytes);
    Equal(CrcOf(CrcJob(data.data(), bytes, seed, flags)), expected, "crc");
    Equal(CrcOf(CopyCrcJob(copy.data(), data.data(), bytes, seed, flags)), expected, "copy");
    Check(copy == data, "copied data");

    seed_in_memory = seed;
    auto job = CrcJob(data.data(), bytes, 0, flags | flag::kCrcReadSeed);
    job.crc.seed_address = AddressOf(&seed_in_memory);
    Equal(CrcOf(job), expected, "seed from memory");
  }
});

const Register wants_record("a record is written as the flags ask", [] {
  abi::CompletionRecord place = {}, outcome = {};
  for (const uint32_t flags : {0u, flag::kRecordAddressValid, kRecordFlags}) {
    auto job = Describe(abi::Opcode::kNop, flags);
    job.record_address = AddressOf(&place);
    for (uint8_t status = 1; status < 0x20; ++status) {
      outcome.status = status;
      const bool quiet = status == 1 || status == 2 || status == 5;
      const bool wanted = flags == kRecordFlags || (flags != 0 && !quiet);
      Equal(engine::WantsRecord(job, outcome), wanted, "status " + std::to_string(status));
      place = {};
      engine::Complete(job, outcome);
      Equal(place.status, wanted ? status : 0, "written");
    }
  }
});

const Register complete("all bytes of a record are written, and none around it", [] {
  abi::CompletionRecord places[3];
  std::memset(places, 0xaa, sizeof places);
  abi::CompletionRecord outcome;
  for (size_t i = 0; i < sizeof outcome; ++i) {
    reinterpret_cast<uint8_t*>(&outcome)[i] = static_cast<uint8_t>(i + 1);
  }
  const auto job = Reporting(Describe(abi::Opcode::kNop), places[1]);
  engine::Complete(job, outcome);
  abi::CompletionRecord untouched;
  std::memset(&untouched, 0xaa, sizeof untouched);
  Check(std::memcmp(&places[0], &untouched, sizeof untouched) == 0, "before");
  Check(std::memcmp(&places[1], &outcome, sizeof outcome) == 0, "record");
  Check(std::memcmp(&places[2], &untouched, sizeof untouched) == 0, "after");
});

const Register no_place("a record without a usable address is never written", [] {
  abi::CompletionRecord places[2] = {};
  for (const int misalignment : {1, 8, 16, 31}) {
    auto job = Reporting(Describe(abi::Opcode::kNop), places[0]);
    job.record_address += misalignment;
    const auto outcome = Execute(job);
    Equal(outcome.status, static_cast<uint8_t>(Status::kRecordAlignment));
    engine::Complete(job, outcome);
  }
  const abi::CompletionRecord zero[2] = {};
  Check(std::memcmp(places, zero, sizeof zero) == 0, "misaligned");

  auto job = Describe(abi::Opcode::kNop, kRecordFlags);
  const auto outcome = Execute(job);
  Equal(outcome.status, static_cast<uint8_t>(Status::kRecordFault));
  engine::Complete(job, outcome);
  job.flags_opcode = Describe(abi::Opcode::kNop).flags_opcode;
  job.record_address = 1;  // not valid, so ignored
  Succeeds(job);
});

}  // namespace
}  // namespace datamover::test
