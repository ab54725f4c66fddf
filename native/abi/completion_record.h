#pragma once

#include <cstddef>
#include <cstdint>

// The 32-byte completion record of the Intel Data Streaming Accelerator, section 5 of the
// architecture specification.
namespace datamover::abi {

/// Bits 5:0 of the status byte. Zero is never written: it means "not finished".
enum class Status : uint8_t {
  kPending = 0x00,
  kSuccess = 0x01,
  kFalsePredicate = 0x02,
  kPageFault = 0x03,
  kPageResponseError = 0x04,
  kBatchError = 0x05,
  kBatchPageFault = 0x06,
  kDeltaOffsetOrder = 0x07,
  kDeltaOffsetRange = 0x08,
  kDifError = 0x09,
  kUnsupportedOpcode = 0x10,
  kInvalidFlags = 0x11,
  kReservedNotZero = 0x12,
  kTransferSize = 0x13,
  kDescriptorCount = 0x14,
  kDeltaRecordSize = 0x15,
  kOverlap = 0x16,
  kDualcastAlignment = 0x17,
  kListAlignment = 0x18,
  kRecordFault = 0x1a,  // these two never reach memory: there is no place for the record
  kRecordAlignment = 0x1b,
  kMisalignedAddress = 0x1c,
  kReadbackFault = 0x1f,
};

/// Set beside the status code when the access that faulted was a write.
inline constexpr uint8_t kStatusWriteFault = 0x80;
inline constexpr uint8_t kStatusMask = 0x3f;

struct alignas(32) CompletionRecord {
  uint8_t status;
  uint8_t result;
  uint8_t fault_info;
  uint8_t reserved;
  uint32_t bytes_completed;  // batch: members processed
  uint64_t fault_address;
  union {
    uint8_t specific[16];
    uint32_t invalid_flags;  // status 0x11: the offending flag bits
    uint32_t crc;
    uint32_t delta_record_size;  // create delta: bytes written
    struct {
      uint32_t source_reference;  // the tags that the next block would have
      uint16_t source_application_mask;
      uint16_t source_application;
      uint32_t destination_reference;
      uint16_t destination_application_mask;
      uint16_t destination_application;
    } dif;
  };
};

static_assert(sizeof(CompletionRecord) == 32);
static_assert(offsetof(CompletionRecord, result) == 1);
static_assert(offsetof(CompletionRecord, bytes_completed) == 4);
static_assert(offsetof(CompletionRecord, fault_address) == 8);
static_assert(offsetof(CompletionRecord, specific) == 16);

}  // namespace datamover::abi
