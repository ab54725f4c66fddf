#pragma once

#include <cstddef>
#include <cstdint>

// The 64-byte work descriptor of the Intel Data Streaming Accelerator, architecture
// specification 341204-006US, section 5. Little-endian; all addresses are virtual.
namespace datamover::abi {

enum class Opcode : uint8_t {
  kNop = 0x00,
  kBatch = 0x01,
  kDrain = 0x02,
  kMemoryMove = 0x03,
  kFill = 0x04,
  kCompare = 0x05,
  kComparePattern = 0x06,
  kCreateDelta = 0x07,
  kApplyDelta = 0x08,
  kDualcast = 0x09,
  kCrc = 0x10,
  kCopyCrc = 0x11,
  kDifCheck = 0x12,
  kDifInsert = 0x13,
  kDifStrip = 0x14,
  kDifUpdate = 0x15,
  kCacheFlush = 0x20,
};

/// Bits 23:0 of the word at byte 4; the opcode is in bits 31:24. Bits 16 and up belong to the
/// operation named in the prefix.
namespace flag {
inline constexpr uint32_t kFence = 1u << 0;
inline constexpr uint32_t kBlockOnFault = 1u << 1;
inline constexpr uint32_t kRecordAddressValid = 1u << 2;
inline constexpr uint32_t kRequestRecord = 1u << 3;
inline constexpr uint32_t kRequestInterrupt = 1u << 4;
inline constexpr uint32_t kCacheControl3 = 1u << 5;
inline constexpr uint32_t kCheckResult = 1u << 7;
inline constexpr uint32_t kCacheControl1 = 1u << 8;
inline constexpr uint32_t kAddress1TrafficClassB = 1u << 9;
inline constexpr uint32_t kAddress2TrafficClassB = 1u << 10;
inline constexpr uint32_t kAddress3TrafficClassB = 1u << 11;
inline constexpr uint32_t kRecordTrafficClassB = 1u << 12;
inline constexpr uint32_t kStrictOrdering = 1u << 13;
inline constexpr uint32_t kCacheControl2 = 1u << 14;
inline constexpr uint32_t kDrainReadback1 = 1u << 16;
inline constexpr uint32_t kDrainReadback2 = 1u << 17;
inline constexpr uint32_t kDrainNoReadbackA = 1u << 18;
inline constexpr uint32_t kDrainNoReadbackB = 1u << 19;
inline constexpr uint32_t kCrcReadSeed = 1u << 16;
inline constexpr uint32_t kCrcBypassInversion = 1u << 17;
inline constexpr uint32_t kCrcBypassDataReflection = 1u << 18;
inline constexpr uint32_t kMask = 0x00ff'ffff;
}  // namespace flag

/// Bytes 40-63 for each operation. A member is read only for the opcodes that it names.
struct CompareOperands {
  uint8_t expected_result;  // bit 0: 0 equal, 1 different
  uint8_t reserved[23];
};
struct CrcOperands {
  uint32_t seed;
  uint32_t reserved;
  uint64_t seed_address;
  uint8_t reserved_56[8];
};
struct DualcastOperands {
  uint64_t destination2;
  uint8_t reserved[16];
};
struct CreateDeltaOperands {
  uint64_t record;       // address
  uint32_t record_size;  // bytes that there is room for
  uint32_t reserved;
  uint8_t expected_result_mask;
  uint8_t reserved_57[7];
};
struct ApplyDeltaOperands {
  uint32_t record_size;  // bytes
  uint8_t reserved[20];
};
/// DIF check and strip read `source`, insert writes `destination`, update does both.
struct DifTags {
  uint32_t reference;
  uint16_t application_mask;  // bits set are ignored
  uint16_t application;
};
struct DifOperands {
  uint8_t source_flags;
  uint8_t destination_flags;
  uint8_t flags;
  uint8_t reserved[5];
  DifTags source;
  DifTags destination;
};

struct alignas(64) Descriptor {
  uint32_t pasid;           // bits 19:0 PASID, bit 31 privilege; 0 in user mode
  uint32_t flags_opcode;    // flags in bits 23:0, opcode in bits 31:24
  uint64_t record_address;  // completion record, 32-byte aligned
  union {
    uint64_t source;
    uint64_t pattern;    // fill: eight bytes, repeated
    uint64_t list;       // batch: address of the members
    uint64_t readback1;  // drain
    uint64_t delta;      // apply delta: address of the record
  };
  union {
    uint64_t destination;
    uint64_t source2;          // compare
    uint64_t compare_pattern;  // compare pattern
    uint64_t readback2;        // drain
  };
  union {
    uint32_t transfer_size;  // bytes
    uint32_t count;          // batch: members
  };
  uint16_t interrupt_handle;
  uint16_t reserved_38;
  union {
    uint8_t specific[24];
    CompareOperands compare;
    CrcOperands crc;
    DualcastOperands dualcast;
    CreateDeltaOperands create_delta;
    ApplyDeltaOperands apply_delta;
    DifOperands dif;
  };

  Opcode opcode() const { return static_cast<Opcode>(flags_opcode >> 24); }
  uint32_t flags() const { return flags_opcode & flag::kMask; }
  bool has(uint32_t flags) const { return (flags_opcode & flags) == flags; }
};

static_assert(sizeof(Descriptor) == 64);
static_assert(offsetof(Descriptor, flags_opcode) == 4);
static_assert(offsetof(Descriptor, record_address) == 8);
static_assert(offsetof(Descriptor, source) == 16);
static_assert(offsetof(Descriptor, destination) == 24);
static_assert(offsetof(Descriptor, transfer_size) == 32);
static_assert(offsetof(Descriptor, interrupt_handle) == 36);
static_assert(offsetof(Descriptor, specific) == 40);
static_assert(offsetof(Descriptor, dif.source) == 48 &&
              offsetof(Descriptor, dif.destination) == 56);

}  // namespace datamover::abi
