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

const Register moves("plain moves and nops end as they do by the table of operations", [] {
  for (const uint32_t bytes : {1u, 8u, 63u, 64u, 65u, 100u}) {
    for (const int distance : {-150, -100, -99, -1, 0, 1, 99, 100, 150}) {
      const auto make = [=](Memory& memory) {
        return Reporting(MoveJob(&memory.bytes[150 + distance / 2], &memory.bytes[150], bytes),
                         memory.record);
      };
      Check(SameAsExecute(make, "move of " + std::to_string(bytes)), "taken");
    }
  }
  const auto nop = [](Memory& memory) {
    return Reporting(Describe(abi::Opcode::kNop), memory.record);
  };
  Check(SameAsExecute(nop, "nop"), "taken");
});

const Register others("what is not a plain move or nop is left to the table of operations", [] {
  // Fields that say where memory is cannot be changed at random: those that are checked are 0 or
  // odd.
  const auto is_address = [](unsigned bit, bool move) {
    const bool record = bit >= 64 && bit < 128;
    return record ? bit >= 64 + 5 : move && bit >= 128 && bit < 288;
  };
  for (const bool move : {false, true}) {
    for (unsigned bit = 32; bit < 512; ++bit) {
      if (is_address(bit, move)) continue;
      const auto make = [=](Memory& memory) {
        auto job =
            move ? MoveJob(&memory.bytes[0], &memory.bytes[150], 64) : Describe(abi::Opcode::kNop);
        job = Reporting(job, memory.record);
        reinterpret_cast<uint8_t*>(&job)[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
        return job;
      };
      Check(!SameAsExecute(make, "bit " + std::to_string(bit)), "bit " + std::to_string(bit));
    }
    for (const unsigned byte : {8u, 16u, 24u, 32u}) {
      if (!move && byte > 8) continue;
      const auto make = [=](Memory& memory) {
        auto job =
            move ? MoveJob(&memory.bytes[0], &memory.bytes[150], 64) : Describe(abi::Opcode::kNop);
        job = Reporting(job, memory.record);
        std::memset(reinterpret_cast<uint8_t*>(&job) + byte, 0, byte == 32 ? 4 : 8);
        return job;
      };
      Check(!SameAsExecute(make, "zero"), "zero at " + std::to_string(byte));
    }
  }
});

}  // namespace
}  // namespace datamover::test
