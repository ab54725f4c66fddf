// The wire format against the one of the Linux driver, where its header is installed.
#if __has_include(<linux/idxd.h>)

#include <linux/idxd.h>

#include <cstddef>

#include "abi/completion_record.h"
#include "abi/descriptor.h"

namespace datamover::abi {
namespace {

constexpr bool Is(Opcode ours, dsa_opcode theirs) {
  return static_cast<int>(ours) == static_cast<int>(theirs);
}

constexpr bool Is(Status ours, dsa_completion_status theirs) {
  return static_cast<int>(ours) == static_cast<int>(theirs);
}

static_assert(sizeof(Descriptor) == sizeof(dsa_hw_desc));
static_assert(offsetof(Descriptor, record_address) == offsetof(dsa_hw_desc, completion_addr));
static_assert(offsetof(Descriptor, source) == offsetof(dsa_hw_desc, src_addr));
static_assert(offsetof(Descriptor, pattern) == offsetof(dsa_hw_desc, pattern));
static_assert(offsetof(Descriptor, list) == offsetof(dsa_hw_desc, desc_list_addr));
static_assert(offsetof(Descriptor, destination) == offsetof(dsa_hw_desc, dst_addr));
static_assert(offsetof(Descriptor, source2) == offsetof(dsa_hw_desc, src2_addr));
static_assert(offsetof(Descriptor, compare_pattern) == offsetof(dsa_hw_desc, comp_pattern));
static_assert(offsetof(Descriptor, transfer_size) == offsetof(dsa_hw_desc, xfer_size));
static_assert(offsetof(Descriptor, count) == offsetof(dsa_hw_desc, desc_count));
static_assert(offsetof(Descriptor, interrupt_handle) == offsetof(dsa_hw_desc, int_handle));
static_assert(offsetof(Descriptor, specific) == offsetof(dsa_hw_desc, op_specific));
static_assert(offsetof(Descriptor, compare) + offsetof(CompareOperands, expected_result) ==
              offsetof(dsa_hw_desc, expected_res));
static_assert(offsetof(Descriptor, crc) + offsetof(CrcOperands, seed) ==
              offsetof(dsa_hw_desc, crc_seed));
static_assert(offsetof(Descriptor, crc) + offsetof(CrcOperands, seed_address) ==
              offsetof(dsa_hw_desc, seed_addr));
static_assert(offsetof(Descriptor, dualcast) + offsetof(DualcastOperands, destination2) ==
              offsetof(dsa_hw_desc, dest2));

static_assert(sizeof(CompletionRecord) == sizeof(dsa_completion_record));
static_assert(offsetof(CompletionRecord, status) == offsetof(dsa_completion_record, status));
static_assert(offsetof(CompletionRecord, result) == offsetof(dsa_completion_record, result));
static_assert(offsetof(CompletionRecord, bytes_completed) ==
              offsetof(dsa_completion_record, bytes_completed));
static_assert(offsetof(CompletionRecord, fault_address) ==
              offsetof(dsa_completion_record, fault_addr));
static_assert(offsetof(CompletionRecord, crc) == offsetof(dsa_completion_record, crc_val));
static_assert(kStatusWriteFault == DSA_COMP_STATUS_WRITE);

static_assert(Is(Opcode::kNop, DSA_OPCODE_NOOP));
static_assert(Is(Opcode::kBatch, DSA_OPCODE_BATCH));
static_assert(Is(Opcode::kDrain, DSA_OPCODE_DRAIN));
static_assert(Is(Opcode::kMemoryMove, DSA_OPCODE_MEMMOVE));
static_assert(Is(Opcode::kFill, DSA_OPCODE_MEMFILL));
static_assert(Is(Opcode::kCompare, DSA_OPCODE_COMPARE));
static_assert(Is(Opcode::kComparePattern, DSA_OPCODE_COMPVAL));
static_assert(Is(Opcode::kCreateDelta, DSA_OPCODE_CR_DELTA));
static_assert(Is(Opcode::kApplyDelta, DSA_OPCODE_AP_DELTA));
static_assert(Is(Opcode::kDualcast, DSA_OPCODE_DUALCAST));
static_assert(Is(Opcode::kCrc, DSA_OPCODE_CRCGEN));
static_assert(Is(Opcode::kCopyCrc, DSA_OPCODE_COPY_CRC));
static_assert(Is(Opcode::kDifCheck, DSA_OPCODE_DIF_CHECK));
static_assert(Is(Opcode::kDifInsert, DSA_OPCODE_DIF_INS));
static_assert(Is(Opcode::kDifStrip, DSA_OPCODE_DIF_STRP));
static_assert(Is(Opcode::kDifUpdate, DSA_OPCODE_DIF_UPDT));
static_assert(Is(Opcode::kCacheFlush, DSA_OPCODE_CFLUSH));

static_assert(flag::kFence == IDXD_OP_FLAG_FENCE);
static_assert(flag::kBlockOnFault == IDXD_OP_FLAG_BOF);
static_assert(flag::kRecordAddressValid == IDXD_OP_FLAG_CRAV);
static_assert(flag::kRequestRecord == IDXD_OP_FLAG_RCR);
static_assert(flag::kRequestInterrupt == IDXD_OP_FLAG_RCI);
static_assert(flag::kCacheControl3 == IDXD_OP_FLAG_CRSTS);
static_assert(flag::kCheckResult == IDXD_OP_FLAG_CR);
static_assert(flag::kCacheControl1 == IDXD_OP_FLAG_CC);
static_assert(flag::kAddress1TrafficClassB == IDXD_OP_FLAG_ADDR1_TCS);
static_assert(flag::kAddress2TrafficClassB == IDXD_OP_FLAG_ADDR2_TCS);
static_assert(flag::kAddress3TrafficClassB == IDXD_OP_FLAG_ADDR3_TCS);
static_assert(flag::kRecordTrafficClassB == IDXD_OP_FLAG_CR_TCS);
static_assert(flag::kStrictOrdering == IDXD_OP_FLAG_STORD);
static_assert(flag::kCacheControl2 == IDXD_OP_FLAG_DRDBK);

static_assert(Is(Status::kPending, DSA_COMP_NONE));
static_assert(Is(Status::kSuccess, DSA_COMP_SUCCESS));
static_assert(Is(Status::kFalsePredicate, DSA_COMP_SUCCESS_PRED));
static_assert(Is(Status::kPageFault, DSA_COMP_PAGE_FAULT_NOBOF));
static_assert(Is(Status::kPageResponseError, DSA_COMP_PAGE_FAULT_IR));
static_assert(Is(Status::kBatchError, DSA_COMP_BATCH_FAIL));
static_assert(Is(Status::kBatchPageFault, DSA_COMP_BATCH_PAGE_FAULT));
static_assert(Is(Status::kDeltaOffsetOrder, DSA_COMP_DR_OFFSET_NOINC));
static_assert(Is(Status::kDeltaOffsetRange, DSA_COMP_DR_OFFSET_ERANGE));
static_assert(Is(Status::kDifError, DSA_COMP_DIF_ERR));
static_assert(Is(Status::kUnsupportedOpcode, DSA_COMP_BAD_OPCODE));
static_assert(Is(Status::kInvalidFlags, DSA_COMP_INVALID_FLAGS));
static_assert(Is(Status::kReservedNotZero, DSA_COMP_NOZERO_RESERVE));
static_assert(Is(Status::kTransferSize, DSA_COMP_XFER_ERANGE));
static_assert(Is(Status::kDescriptorCount, DSA_COMP_DESC_CNT_ERANGE));
static_assert(Is(Status::kDeltaRecordSize, DSA_COMP_DR_ERANGE));
static_assert(Is(Status::kOverlap, DSA_COMP_OVERLAP_BUFFERS));
static_assert(Is(Status::kDualcastAlignment, DSA_COMP_DCAST_ERR));
static_assert(Is(Status::kListAlignment, DSA_COMP_DESCLIST_ALIGN));
static_assert(Is(Status::kRecordFault, DSA_COMP_CRA_XLAT));
static_assert(Is(Status::kRecordAlignment, DSA_COMP_CRA_ALIGN));
static_assert(Is(Status::kMisalignedAddress, DSA_COMP_ADDR_ALIGN));
static_assert(Is(Status::kReadbackFault, DSA_COMP_PFAULT_RDBA));

}  // namespace
}  // namespace datamover::abi

#endif
