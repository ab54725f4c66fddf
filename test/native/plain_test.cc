#include "engine/plain.h"

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "engine/execute.h"

// The short way for nops and moves must be one that the long way could have been.
namespace datamover::test {
namespace {

using abi::Status;

struct Memory {
  alignas(32) abi::CompletionRecord record = {};
  std::array<uint8_t, 400> bytes = {};

  Memory() {
    std::memset(&record, 0xee, sizeof record);
    record.status = 0;
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * 7);
  }
};

/// `make` gives the descriptor over a memory. Both ways leave the same there.
template <typename Make>
bool SameAsExecute(const Make& make, const std::string& what) {
  Memory quick, slow;
  const abi::Descriptor job = make(quick);
  const bool taken = engine::ExecutePlain(job);
  if (!taken) {
    const Memory untouched;
    Check(std::memcmp(&quick.record, &untouched.record, sizeof quick.record) == 0,
          what + ": record");
    Check(quick.bytes == untouched.bytes, what + ": bytes");
    return false;
  }
  const abi::Descriptor same = make(slow);
  engine::Complete(same, engine::Execute(same));
  Check(std::memcmp(&quick.record, &slow.record, sizeof quick.record) == 0, what + ": record");
  Check(quick.bytes == slow.bytes, what + ": bytes");
  return true;
}

const Register moves(
    "plain moves, nops, fills, comparisons and CRCs end as they do by the table of operations", [] {
      for (const uint32_t bytes : {1u, 8u, 63u, 64u, 65u, 100u}) {
        for (const int distance : {-150, -100, -99, -1, 0, 1, 99, 100, 150}) {
          const auto make = [=](Memory& memory) {
            return Reporting(MoveJob(&memory.bytes[150 + distance / 2], &memory.bytes[150], bytes),
                             memory.record);
          };
          Check(SameAsExecute(make, "move of " + std::to_string(bytes)), "taken");
        }
        const auto crc = [=](Memory& memory) {
          return Reporting(CrcJob(&memory.bytes[3], bytes), memory.record);
        };
        Check(SameAsExecute(crc, "CRC of " + std::to_string(bytes)), "taken");
        const auto fill = [=](Memory& memory) {
          return Reporting(FillJob(&memory.bytes[3], 0x0123456789abcdef, bytes), memory.record);
        };
        Check(SameAsExecute(fill, "fill of " + std::to_string(bytes)), "taken");
        for (const size_t different : {size_t{0}, size_t{bytes} - 1, size_t{bytes}}) {
          const auto compare = [=](Memory& memory) {
            std::memcpy(&memory.bytes[200], &memory.bytes[0], bytes);
            memory.bytes[200 + different] ^= 1;
            return Reporting(CompareJob(&memory.bytes[0], &memory.bytes[200], bytes),
                             memory.record);
          };
          Check(SameAsExecute(compare, "comparison of " + std::to_string(bytes)), "taken");
        }
      }
      const auto nop = [](Memory& memory) {
        return Reporting(Describe(abi::Opcode::kNop), memory.record);
      };
      Check(SameAsExecute(nop, "nop"), "taken");
    });

/// A plain job, and which of its fields say where memory is, or how much of it.
struct Kind {
  const char* name;
  abi::Descriptor (*make)(Memory&);
  bool source, destination;
  bool pattern = false;  // in place of a source
};

constexpr Kind kKinds[] = {
    {"nop", [](Memory&) { return Describe(abi::Opcode::kNop); }, false, false},
    {"move", [](Memory& memory) { return MoveJob(&memory.bytes[0], &memory.bytes[150], 64); }, true,
     true},
    {"fill", [](Memory& memory) { return FillJob(&memory.bytes[0], 7, 64); }, false, true, true},
    {"comparison",
     [](Memory& memory) { return CompareJob(&memory.bytes[0], &memory.bytes[150], 64); }, true,
     true},
    {"CRC", [](Memory& memory) { return CrcJob(&memory.bytes[150], 64); }, true, false},
};

const Register others("what is not plain is left to the table of operations", [] {
  for (const Kind& kind : kKinds) {
    // Fields that say where memory is cannot be changed at random: those that are checked are 0 or
    // odd.
    const auto is_address = [&](unsigned bit) {
      const unsigned word = bit / 64;
      return (word == 1 && bit % 64 >= 5) || (word == 2 && (kind.source || kind.pattern)) ||
             (word == 3 && kind.destination) || (bit / 32 == 8 && (kind.source || kind.pattern));
    };
    // A comparison is a fill but for one bit.
    constexpr unsigned kFillOrCompare = 56;
    for (unsigned bit = 32; bit < 512; ++bit) {
      if (is_address(bit) || bit == kFillOrCompare) continue;
      const auto make = [&](Memory& memory) {
        auto job = Reporting(kind.make(memory), memory.record);
        reinterpret_cast<uint8_t*>(&job)[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
        return job;
      };
      const auto what = std::string(kind.name) + ": bit " + std::to_string(bit);
      Check(!SameAsExecute(make, what), what);
    }
    for (const unsigned byte : {8u, 16u, 24u, 32u}) {
      if (byte == 16 && !kind.source) continue;
      if (byte == 24 && !kind.destination) continue;
      if (byte == 32 && !kind.source && !kind.pattern) continue;
      const auto make = [&](Memory& memory) {
        auto job = Reporting(kind.make(memory), memory.record);
        std::memset(reinterpret_cast<uint8_t*>(&job) + byte, 0, byte == 32 ? 4 : 8);
        return job;
      };
      const auto what = std::string(kind.name) + ": zero at " + std::to_string(byte);
      Check(!SameAsExecute(make, what), what);
    }
  }
});

}  // namespace
}  // namespace datamover::test
