#include "offload/resume.h"

#include <bit>

#include "engine/execute.h"
#include "engine/ranges.h"

namespace datamover::offload {

namespace flag = abi::flag;
using abi::Opcode;
using abi::Status;

namespace {

/// The pattern as it has to begin after so many bytes: byte 0 is the lowest.
uint64_t Rotated(uint64_t pattern, uint32_t bytes) {
  return std::rotr(pattern, static_cast<int>(bytes % 8 * 8));
}

bool IsComparison(const abi::Descriptor& job) {
  return job.opcode() == Opcode::kCompare || job.opcode() == Opcode::kComparePattern;
}

}  // namespace

bool Stopped(const abi::CompletionRecord& record) {
  const auto status = static_cast<Status>(record.status & abi::kStatusMask);
  return status == Status::kPageFault || status == Status::kPageResponseError;
}

bool RefusedWrongly(const abi::Descriptor& job, const abi::CompletionRecord& record) {
  return job.opcode() == Opcode::kDifStrip &&
         record.status == static_cast<uint8_t>(Status::kOverlap) && !engine::Refuse(job);
}

uint32_t Advance(abi::Descriptor& job, const abi::CompletionRecord& record) {
  const uint32_t done = record.bytes_completed;
  if (job.opcode() == Opcode::kCreateDelta || job.opcode() == Opcode::kApplyDelta) return 0;
  // Backwards the device begins with the tail, and what is left is in front.
  if (job.opcode() == Opcode::kMemoryMove && record.result == 1) {
    job.transfer_size -= done;
    return done;
  }
  engine::Skip(job, done);

  if (job.opcode() == Opcode::kFill) job.pattern = Rotated(job.pattern, done);
  if (job.opcode() == Opcode::kComparePattern) {
    job.compare_pattern = Rotated(job.compare_pattern, done);
  }
  const bool crc = job.opcode() == Opcode::kCrc || job.opcode() == Opcode::kCopyCrc;
  // Of a job that has not begun the record's CRC is undefined, and the caller's seed still holds.
  if (crc && done > 0) {
    job.flags_opcode &= ~flag::kCrcReadSeed;
    job.crc.seed_address = 0;
    job.crc.seed = record.crc;
  }
  return done;
}

abi::CompletionRecord Whole(const abi::Descriptor& rest, abi::CompletionRecord record,
                            uint64_t done) {
  // The others that succeed have no bytes to report: 0 means all of them.
  const bool difference = IsComparison(rest) && record.result == 1;
  const bool mismatch = record.status == static_cast<uint8_t>(Status::kDifError);
  if (difference || mismatch || Stopped(record))
    record.bytes_completed += static_cast<uint32_t>(done);
  return record;
}

}  // namespace datamover::offload
