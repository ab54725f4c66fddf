#include "engine/plain.h"

#include <cstdint>
#include <cstring>

#include "engine/execute.h"
#include "engine/operations.h"

namespace datamover::engine {
namespace {

constexpr uint32_t Plain(abi::Opcode opcode) {
  return static_cast<uint32_t>(opcode) << 24 | abi::flag::kRecordAddressValid |
         abi::flag::kRequestRecord;
}

/// Eight bytes of a descriptor. One by one: a copy of all would be made in wide parts, and read in
/// narrow ones.
uint64_t WordOf(const abi::Descriptor& job, size_t index) {
  uint64_t word;
  std::memcpy(&word, reinterpret_cast<const uint8_t*>(&job) + index * sizeof word, sizeof word);
  return word;
}

}  // namespace

bool ExecutePlain(const abi::Descriptor& job) {
  const uint64_t interrupt = WordOf(job, 4) >> 32;
  const uint64_t unused = interrupt | WordOf(job, 5) | WordOf(job, 6) | WordOf(job, 7);
  if (unused != 0 || job.record_address == 0 ||
      job.record_address % sizeof(abi::CompletionRecord) != 0) {
    return false;
  }
  switch (job.flags_opcode) {
    case Plain(abi::Opcode::kNop):
      if ((job.source | job.destination | job.transfer_size) != 0) return false;
      Publish(job.record_address, RecordOf(abi::Status::kSuccess));
      return true;
    case Plain(abi::Opcode::kMemoryMove):
      if (job.source == 0 || job.destination == 0 || job.transfer_size == 0) return false;
      Move(At(job.destination), At(job.source), job.transfer_size);
      Publish(job.record_address, MoveRecord(job));
      return true;
    case Plain(abi::Opcode::kFill):
      if (job.destination == 0 || job.transfer_size == 0) return false;
      Publish(job.record_address, RunFill(job, {}));
      return true;
    case Plain(abi::Opcode::kCompare):
      if (job.source == 0 || job.source2 == 0 || job.transfer_size == 0) return false;
      Publish(job.record_address, RunCompare(job, {}));
      return true;
    case Plain(abi::Opcode::kCrc):
      if (job.source == 0 || job.destination != 0 || job.transfer_size == 0) return false;
      Publish(job.record_address, RunCrc(job, {}));
      return true;
    default:
      return false;
  }
}

}  // namespace datamover::engine
