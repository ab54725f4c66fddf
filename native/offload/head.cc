#include "offload/head.h"

#include <array>

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

abi::Descriptor First(abi::Descriptor job, uint32_t bytes) {
  job.transfer_size = bytes;
  return job;
}

}  // namespace

uint32_t CutHead(abi::Descriptor& job) {
  const auto head = static_cast<uint32_t>(-job.destination % kLine);
  if (head == 0 || job.transfer_size < kSmallest || job.transfer_size > kLargest) return 0;
  if (job.has(abi::flag::kCacheControl1) || !Writes(job)) return 0;
  // Aside: for whether it is legal, and for the CRC, which the rest begins with.
  std::array<uint8_t, kLine> aside;
  abi::Descriptor first = First(job, head);
  first.destination = reinterpret_cast<uint64_t>(aside.data());
  auto record = engine::Execute(first);
  // A refusal is the device's to make, of the whole.
  if (record.status != static_cast<uint8_t>(abi::Status::kSuccess)) return 0;
  record.bytes_completed = head;
  record.result = 0;
  return Advance(job, record);
}

void MoveHead(const abi::Descriptor& job, uint32_t head) { engine::ExecuteLegal(First(job, head)); }

}  // namespace datamover::offload
