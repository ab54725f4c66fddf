#include "engine/operation_table.h"

#include <cstddef>
#include <type_traits>

#include "engine/batch.h"
#include "engine/operations.h"

namespace datamover::engine {
namespace {

using abi::Opcode;
namespace flag = abi::flag;

constexpr uint64_t Bytes(unsigned first, unsigned last) {
  return (~uint64_t{0} >> (63 - last)) & (~uint64_t{0} << first);
}

/// `bytes` has one bit for each byte of a descriptor. The interrupt handle (bytes 36-37) is
/// reserved without completion interrupts, which user mode does not have.
constexpr Words Reserved(uint64_t bytes) {
  bytes |= Bytes(36, 39);
  Words words = {};
  for (unsigned i = 0; i < 64; ++i) {
    if (bytes >> i & 1) words[i / 8] |= uint64_t{0xff} << (i % 8 * 8);
  }
  return words;
}

/// What an operation may say about the memory it writes. Cache control 3 (durable memory) is a
/// capability that the device lacks, and every combination that is reserved contains it.
constexpr uint32_t kWrite =
    flag::kBlockOnFault | flag::kCacheControl1 | flag::kCacheControl2 | flag::kStrictOrdering;
constexpr uint32_t kClass1 = flag::kAddress1TrafficClassB;
constexpr uint32_t kClass2 = flag::kAddress2TrafficClassB;
constexpr uint32_t kClass3 = flag::kAddress3TrafficClassB;
constexpr uint32_t kDrain = flag::kDrainReadback1 | flag::kDrainReadback2 |
                            flag::kDrainNoReadbackA | flag::kDrainNoReadbackB;
constexpr uint32_t kCrc =
    flag::kCrcReadSeed | flag::kCrcBypassInversion | flag::kCrcBypassDataReflection;

constexpr uint8_t kSource = operand::kSource;
constexpr uint8_t kDestination = operand::kDestination;
constexpr uint8_t kDestination2 = operand::kDestination2;

// Flags and reserved bytes are those of table 5-3 of the specification.
constexpr auto Rows() {
  std::remove_const_t<decltype(kOperations)> table = {};
  const auto row = [&table](Opcode opcode) -> Operation& {
    return table[static_cast<size_t>(opcode)];
  };
  row(Opcode::kNop) = {.must_be_zero = Reserved(Bytes(16, 63)), .run = RunNop};
  row(Opcode::kBatch) = {.flags = kClass1,
                         .must_be_zero = Reserved(Bytes(24, 31) | Bytes(38, 63)),
                         .batch_member = false,
                         .check = CheckBatch,
                         .run = RunBatch};
  row(Opcode::kDrain) = {.flags = kClass1 | kClass2 | kDrain,
                         .must_be_zero = Reserved(Bytes(32, 35) | Bytes(38, 63)),
                         .needs_record = true,
                         .batch_member = false,
                         .check = CheckDrain,
                         .run = RunDrain};
  row(Opcode::kMemoryMove) = {.flags = kWrite | kClass1 | kClass2,
                              .must_be_zero = Reserved(Bytes(38, 63)),
                              .reads = kSource,
                              .writes = kDestination,
                              .divisible = true,
                              .run = RunMove};
  row(Opcode::kFill) = {.flags = kWrite | kClass2,
                        .must_be_zero = Reserved(Bytes(38, 63)),
                        .writes = kDestination,
                        .divisible = true,
                        .run = RunFill};
  row(Opcode::kCompare) = {.flags = flag::kBlockOnFault | flag::kCheckResult | kClass1 | kClass2,
                           .must_be_zero = Reserved(Bytes(38, 39) | Bytes(41, 63)),
                           .needs_record = true,
                           .reads = kSource | kDestination,
                           .divisible = true,
                           .run = RunCompare};
  row(Opcode::kComparePattern) = {.flags = flag::kBlockOnFault | flag::kCheckResult | kClass1,
                                  .must_be_zero = Reserved(Bytes(38, 39) | Bytes(41, 63)),
                                  .needs_record = true,
                                  .reads = kSource,
                                  .divisible = true,
                                  .run = RunComparePattern};
  row(Opcode::kCreateDelta) = {
      .flags = kWrite | flag::kCheckResult | kClass1 | kClass2 | kClass3,
      .must_be_zero = Reserved(Bytes(38, 39) | Bytes(52, 55) | Bytes(57, 63)),
      .needs_record = true,
      .reads = kSource | kDestination,
      .writes = kDestination2,
      .check = CheckCreateDelta,
      .run = RunCreateDelta};
  row(Opcode::kApplyDelta) = {.flags = kWrite | kClass1 | kClass2,
                              .must_be_zero = Reserved(Bytes(38, 39) | Bytes(44, 63)),
                              .reads = kSource,
                              .writes = kDestination,
                              .check = CheckApplyDelta,
                              .run = RunApplyDelta};
  row(Opcode::kDualcast) = {.flags = kWrite | kClass1 | kClass2 | kClass3,
                            .must_be_zero = Reserved(Bytes(38, 39) | Bytes(48, 63)),
                            .reads = kSource,
                            .writes = kDestination | kDestination2,
                            .divisible = true,
                            .check = CheckDualcast,
                            .run = RunDualcast};
  row(Opcode::kCrc) = {
      .flags = flag::kBlockOnFault | kClass1 | kClass3 | kCrc,
      .must_be_zero = Reserved(Bytes(24, 31) | Bytes(38, 39) | Bytes(44, 47) | Bytes(56, 63)),
      .needs_record = true,
      .reads = kSource,
      .divisible = true,
      .check = CheckCrc,
      .run = RunCrc};
  row(Opcode::kCopyCrc) = {.flags = kWrite | kClass1 | kClass2 | kClass3 | kCrc,
                           .must_be_zero = Reserved(Bytes(38, 39) | Bytes(44, 47) | Bytes(56, 63)),
                           .needs_record = true,
                           .reads = kSource,
                           .writes = kDestination,
                           .divisible = true,
                           .check = CheckCopyCrc,
                           .run = RunCopyCrc};
  row(Opcode::kDifCheck) = {.flags = flag::kBlockOnFault | kClass1,
                            .must_be_zero = Reserved(Bytes(24, 31) | Bytes(38, 39) | Bytes(41, 41) |
                                                     Bytes(43, 47) | Bytes(56, 63)),
                            .needs_record = true,
                            .reads = kSource,
                            .divisible = true,
                            .check = CheckDif,
                            .run = RunDif};
  row(Opcode::kDifInsert) = {.flags = kWrite | kClass1 | kClass2,
                             .must_be_zero = Reserved(Bytes(38, 40) | Bytes(43, 55)),
                             .reads = kSource,
                             .writes = kDestination,
                             .divisible = true,
                             .check = CheckDif,
                             .run = RunDif};
  row(Opcode::kDifStrip) = {
      .flags = kWrite | kClass1 | kClass2,
      .must_be_zero = Reserved(Bytes(38, 39) | Bytes(41, 41) | Bytes(43, 47) | Bytes(56, 63)),
      .reads = kSource,
      .writes = kDestination,
      .divisible = true,
      .in_order = true,
      .check = CheckDif,
      .run = RunDif};
  row(Opcode::kDifUpdate) = {.flags = kWrite | kClass1 | kClass2,
                             .must_be_zero = Reserved(Bytes(38, 39) | Bytes(43, 47)),
                             .reads = kSource,
                             .writes = kDestination,
                             .divisible = true,
                             .in_order = true,
                             .check = CheckDif,
                             .run = RunDif};
  row(Opcode::kCacheFlush) = {.flags = kWrite | kClass2,
                              .must_be_zero = Reserved(Bytes(16, 23) | Bytes(38, 63)),
                              .writes = kDestination,
                              .divisible = true,
                              .check = CheckFlush,
                              .run = RunFlush};
  return table;
}

}  // namespace

constinit const std::array<Operation, 0x21> kOperations = Rows();

}  // namespace datamover::engine
