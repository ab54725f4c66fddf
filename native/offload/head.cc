#include "offload/head.h"

#include "engine/execute.h"
#include "engine/operations.h"
#include "offload/resume.h"

namespace datamover::offload {

using abi::Opcode;

namespace {

constexpr uint32_t kLine = 64;
constexpr uint32_t kSmallest = 512;  // bytes
constexpr uint32_t kLargest = 64 * 1024;

bool Writes(const abi::Descriptor& job) {
  switch (job.opcode()) {
    case Opcode::kFill:
      return true;
    case Opcode::kMemoryMove:
    case Opcode::kCopyCrc:
      return !engine::Overlap(job.source, job.destination, job.transfer_size);
    default:
      return false;
  }
}

}  // namespace

uint32_t MoveHead(abi::Descriptor& job) {
  const auto head = static_cast<uint32_t>(-job.destination % kLine);
  if (head == 0 || job.transfer_size < kSmallest || job.transfer_size > kLargest) return 0;
  if (job.has(abi::flag::kCacheControl1) || !Writes(job)) return 0;
  abi::Descriptor first = job;
  first.transfer_size = head;
  auto record = engine::Execute(first);
  // A refusal is the device's to make, of the whole.
  if (record.status != static_cast<uint8_t>(abi::Status::kSuccess)) return 0;
  record.bytes_completed = head;
  record.result = 0;
  return Advance(job, record);
}

}  // namespace datamover::offload
