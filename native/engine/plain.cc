#include "engine/plain.h"

#include <cstdint>
#include <cstring>

#include "engine/kernels.h"
#include "engine/operations.h"

namespace datamover::engine {
namespace {

constexpr uint32_t Plain(abi::Opcode opcode) {
  return static_cast<uint32_t>(opcode) << 24 | abi::flag::kRecordAddressValid |
         abi::flag::kRequestRecord;
}

/// Whether anything is set that plain descriptors leave 0.
bool HasMore(const abi::Descriptor& job) {
  uint64_t last;
  std::memcpy(&last, job.crc.reserved_56, sizeof last);
  return (job.interrupt_handle | job.reserved_38 | job.crc.seed | job.crc.reserved |
          job.crc.seed_address | last) != 0;
}

}  // namespace

// Field by field: to copy all of the descriptor first takes longer than a nop.
bool ExecutePlain(const abi::Descriptor& job) {
  const uint64_t source = job.source;
  const uint64_t destination = job.destination;
  const uint32_t bytes = job.transfer_size;
  const uint64_t record = job.record_address;
  if (HasMore(job) || record == 0 || record % sizeof(abi::CompletionRecord) != 0) return false;
  switch (job.flags_opcode) {
    case Plain(abi::Opcode::kNop):
      if ((source | destination | bytes) != 0) return false;
      Publish(record, RecordOf(abi::Status::kSuccess));
      return true;
    case Plain(abi::Opcode::kMemoryMove):
      if (source == 0 || destination == 0 || bytes == 0) return false;
      Move(At(destination), At(source), bytes);
      Publish(record, MoveRecord(destination, source, bytes));
      return true;
    case Plain(abi::Opcode::kCrc):
      if (source == 0 || destination != 0 || bytes == 0) return false;
      Publish(record, CrcRecord(~Crc32c(~0u, At(source), bytes)));
      return true;
    default:
      return false;
  }
}

}  // namespace datamover::engine
