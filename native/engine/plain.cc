#include "engine/plain.h"

#include <array>
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

}  // namespace

bool ExecutePlain(const abi::Descriptor& job) {
  std::array<uint64_t, 8> words;
  std::memcpy(words.data(), &job, sizeof words);
  const uint64_t interrupt = words[4] >> 32;
  const bool reserved = (interrupt | words[5] | words[6] | words[7]) != 0;
  if (reserved || job.record_address == 0 ||
      job.record_address % sizeof(abi::CompletionRecord) != 0) {
    return false;
  }
  switch (job.flags_opcode) {
    case Plain(abi::Opcode::kNop):
      if ((words[2] | words[3] | words[4]) != 0) return false;
      Publish(job.record_address, RecordOf(abi::Status::kSuccess));
      return true;
    case Plain(abi::Opcode::kMemoryMove):
      if (job.source == 0 || job.destination == 0 || job.transfer_size == 0) return false;
      Move(At(job.destination), At(job.source), job.transfer_size);
      Publish(job.record_address, MoveRecord(job));
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
