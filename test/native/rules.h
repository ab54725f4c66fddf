#pragma once

#include <cstdint>
#include <functional>
#include <source_location>
#include <span>
#include <string>
#include <vector>

#include "abi/completion_record.h"
#include "abi/descriptor.h"
#include "engine/execute.h"
#include "engine/validation.h"

// The rules that descriptors have to keep, as the specification has them, and those who judge by
// them: the engine and, where it is built, the device model.
namespace datamover::test {

using engine::Limits;
using engine::Place;

/// First and last byte of a field.
struct Bytes {
  unsigned first, last;
};

/// What table 5-3 of the specification says of an operation, read for a device without CRC64,
/// 16-byte patterns, durable writes, batch continuation and user interrupts.
struct Rule {
  abi::Opcode opcode;
  std::vector<Bytes> reserved;  // from byte 16 on
  std::vector<unsigned> flags;  // bits that are allowed beside those of the record and the fence
  bool needs_record = false;
  bool in_batch = true;
  uint32_t given = 0;  // flags that all descriptors of this row have
  /// Flags of a capability that the engine has and the device has not.
  std::vector<unsigned> engine_flags = {};

  std::string name() const;
  bool IsReserved(unsigned byte) const;
  /// The bits that are wrong with these flags, for the engine or for the device.
  uint32_t InvalidFlags(uint32_t flags, Place place, bool engine) const;
};

/// A row for each operation that this machine has, and one more for each CRC that reads its seed.
/// Not every CPU lets programs flush.
const std::vector<Rule>& Rules();

/// A legal descriptor, if the flags are; it names no memory that is there. Addresses are far from
/// each other, multiples of 4096, and do not become 0 when a bit is changed.
abi::Descriptor Legal(const Rule& rule, uint32_t flags);
/// The same with a record.
abi::Descriptor Legal(const Rule& rule);
/// The same, of the first row of the opcode.
abi::Descriptor Legal(abi::Opcode opcode);

/// kSuccess: the descriptor is legal.
struct Judgement {
  abi::Status status;
  uint32_t invalid_flags = 0;
  bool operator==(const Judgement&) const = default;
};

struct Judge {
  std::string name;
  bool engine;
  std::function<Judgement(const abi::Descriptor&, Place, const Limits&)> judge;
};
const std::vector<Judge>& Judges();

inline constexpr Limits kLimits = {.max_transfer = 1 << 20, .max_batch = 16};

/// All judges come to this.
void Expect(const abi::Descriptor& job, const Judgement& expected, const std::string& what,
            Place place = Place::kQueue, std::source_location at = std::source_location::current());
inline void Expect(const abi::Descriptor& job, abi::Status expected, const std::string& what,
                   Place place = Place::kQueue,
                   std::source_location at = std::source_location::current()) {
  Expect(job, Judgement{expected}, what, place, at);
}

/// What all judges agree on.
Judgement Judged(const abi::Descriptor& job, const std::string& what, Place place);

inline uint8_t& Byte(abi::Descriptor& job, unsigned index) {
  return reinterpret_cast<uint8_t*>(&job)[index];
}

}  // namespace datamover::test
