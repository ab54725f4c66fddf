#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "abi/dif.h"
#include "check.h"
#include "descriptors.h"
#include "rules.h"

// Which rule's status is reported of a descriptor that breaks several. The hardware leaves that
// open; this is the order of Intel's library, in which the rules that it does not have come first.
namespace datamover::test {
namespace {

namespace flag = abi::flag;
using abi::Descriptor;
using abi::Opcode;
using abi::Status;

/// A way to break a rule.
struct Break {
  std::string name;
  Status status;
  std::function<void(Descriptor&)> apply;
  uint32_t invalid_flags = 0;
};

/// Sets a field.
template <typename Value>
std::function<void(Descriptor&)> Set(unsigned byte, Value value) {
  return [=](Descriptor& job) { std::memcpy(&Byte(job, byte), &value, sizeof value); };
}

/// Moves the address at `byte` so that it is `distance` behind that at `other`.
std::function<void(Descriptor&)> Near(unsigned byte, unsigned other, uint64_t distance = 0) {
  return [=](Descriptor& job) {
    uint64_t address;
    std::memcpy(&address, &Byte(job, other), sizeof address);
    Set(byte, address + distance)(job);
  };
}

/// A low bit of an address.
std::function<void(Descriptor&)> Shift(unsigned byte, uint8_t bits) {
  return [=](Descriptor& job) { Byte(job, byte) ^= bits; };
}

/// The rules of the operation's own operands, in their order.
std::vector<Break> OwnBreaks(const Rule& rule) {
  constexpr uint32_t kMany = 0x8'0008;  // bytes, beyond the reach of 16-bit offsets
  switch (rule.opcode) {
    case Opcode::kBatch:
      return {{"list", Status::kListAlignment, Shift(16, 32)},
              {"count", Status::kDescriptorCount, Set(32, uint32_t{1})}};
    case Opcode::kCreateDelta:
      return {{"no room", Status::kDeltaRecordSize, Set(48, uint32_t{0})},
              {"source", Status::kMisalignedAddress, Shift(16, 4)},
              {"second source", Status::kMisalignedAddress, Shift(24, 4)},
              {"odd size", Status::kMisalignedAddress, Set(32, uint32_t{60})},
              {"much", Status::kTransferSize, Set(32, kMany)},
              {"odd and much", Status::kMisalignedAddress, Set(32, kMany + 1)},
              {"little room", Status::kDeltaRecordSize, Set(48, uint32_t{79})},
              {"much room", Status::kDeltaRecordSize, Set(48, kLimits.max_transfer + 1)},
              {"overlap", Status::kOverlap, Near(40, 16)},
              {"second overlap", Status::kOverlap, Near(40, 24)}};
    case Opcode::kApplyDelta:
      return {{"no record", Status::kDeltaRecordSize, Set(40, uint32_t{0})},
              {"overlap", Status::kOverlap, Near(16, 24)},
              {"destination", Status::kMisalignedAddress, Shift(24, 4)},
              {"odd size", Status::kMisalignedAddress, Set(32, uint32_t{60})},
              {"much", Status::kTransferSize, Set(32, kMany)},
              {"odd and much", Status::kMisalignedAddress, Set(32, kMany + 1)},
              {"less than an entry", Status::kDeltaRecordSize, Set(40, uint32_t{9})},
              {"an entry and a half", Status::kDeltaRecordSize, Set(40, uint32_t{15})}};
    case Opcode::kDualcast:
      return {{"destinations", Status::kDualcastAlignment, Shift(41, 8)},
              {"destinations that overlap", Status::kDualcastAlignment, Near(40, 24, 8)},
              {"overlap", Status::kOverlap, Near(24, 16)},
              {"second overlap", Status::kOverlap, Near(40, 16)}};
    case Opcode::kCopyCrc:
      return {{"overlap", Status::kOverlap, Near(24, 16)},
              {"seed twice", Status::kReservedNotZero, Set(rule.given ? 40 : 48, uint32_t{4})},
              {"seed address", rule.given ? Status::kMisalignedAddress : Status::kReservedNotZero,
               Shift(rule.given ? 48 : 50, 2)}};
    case Opcode::kCrc:
      return {{"seed twice", Status::kReservedNotZero, Set(rule.given ? 40 : 48, uint32_t{4})},
              {"seed address", rule.given ? Status::kMisalignedAddress : Status::kReservedNotZero,
               Shift(rule.given ? 48 : 50, 2)}};
    case Opcode::kDifCheck:
      return {{"half a block", Status::kTransferSize, Set(32, uint32_t{300})}};
    case Opcode::kDifInsert:
    case Opcode::kDifStrip:
    case Opcode::kDifUpdate:
      return {{"half a block", Status::kTransferSize, Set(32, uint32_t{300})},
              {"overlap", Status::kOverlap, Near(24, 16)}};
    default:
      return {};
  }
}

std::vector<Break> Breaks(const Rule& rule) {
  std::vector<Break> breaks = {
      {"record", Status::kRecordAlignment, Shift(8, 16)},
      {"opcode", Status::kUnsupportedOpcode, Set(7, uint8_t{0xff})},
      {"flag", Status::kInvalidFlags, Shift(4, 1 << 6), 1 << 6},
      {"handle", Status::kReservedNotZero, Set(36, uint16_t{1})},
      {"reserved", Status::kReservedNotZero, Set(38, uint8_t{1})},
  };
  if (!rule.IsReserved(32) && rule.opcode != Opcode::kBatch) {
    breaks.push_back({"nothing", Status::kTransferSize, Set(32, uint32_t{0})});
    breaks.push_back({"too much", Status::kTransferSize, Set(32, kLimits.max_transfer + 8)});
  }
  std::ranges::move(OwnBreaks(rule), std::back_inserter(breaks));
  return breaks;
}

Judgement JudgementOf(const Break& broken) { return {broken.status, broken.invalid_flags}; }

/// Whether both change the same bytes of the descriptor, so that only one of them can be broken.
bool Collide(const Rule& rule, const Break& a, const Break& b) {
  const auto before = Legal(rule);
  auto with_a = before, with_b = before;
  a.apply(with_a);
  b.apply(with_b);
  for (unsigned byte = 0; byte < sizeof before; ++byte) {
    auto original = before;
    const uint8_t was = Byte(original, byte);
    if (Byte(with_a, byte) != was && Byte(with_b, byte) != was) return true;
  }
  return false;
}

const Register alone("rules: each broken rule has its status", [] {
  for (const Rule& rule : Rules()) {
    for (const Break& broken : Breaks(rule)) {
      auto job = Legal(rule);
      broken.apply(job);
      Expect(job, JudgementOf(broken), rule.name() + ": " + broken.name);
    }
  }
});

const Register pairs("rules: of two that are broken the first one counts", [] {
  size_t tried = 0;
  for (const Rule& rule : Rules()) {
    const auto breaks = Breaks(rule);
    for (auto first = breaks.begin(); first != breaks.end(); ++first) {
      for (auto second = first + 1; second != breaks.end(); ++second) {
        if (Collide(rule, *first, *second)) continue;
        auto job = Legal(rule);
        // Overlaps come about last: what they are near to does not move afterwards.
        second->apply(job);
        first->apply(job);
        ++tried;
        const auto what = rule.name() + ": " + first->name + ", " + second->name;
        Expect(job, JudgementOf(*first), what);
        if (rule.in_batch) Expect(job, JudgementOf(*first), what, Place::kBatch);
      }
    }
  }
  Check(tried > 500, std::to_string(tried) + " pairs");
});

const Register lists("rules: lists and drains are no members, whatever else is wrong", [] {
  for (const Rule& rule : Rules()) {
    if (rule.in_batch) continue;
    for (const Break& broken : Breaks(rule)) {
      auto job = Legal(rule);
      broken.apply(job);
      const bool unreported = broken.status == Status::kRecordAlignment;
      Expect(job, unreported ? broken.status : Status::kUnsupportedOpcode, broken.name,
             Place::kBatch);
    }
  }
});

const Register several("rules: of any number that are broken the first one counts", [] {
  Random random(0xb120);
  for (const Rule& rule : Rules()) {
    const auto breaks = Breaks(rule);
    for (int i = 0; i < 200; ++i) {
      // From the last to the first, so that what is nearer to the front is certainly broken.
      auto job = Legal(rule);
      const Break* first = nullptr;
      for (auto broken = breaks.rbegin(); broken != breaks.rend(); ++broken) {
        if (random.Below(3) > 0 || (first != nullptr && Collide(rule, *first, *broken))) continue;
        broken->apply(job);
        first = &*broken;
      }
      if (first == nullptr) continue;
      Expect(job, JudgementOf(*first), rule.name() + ": " + first->name + " and more");
    }
  }
});

}  // namespace
}  // namespace datamover::test
