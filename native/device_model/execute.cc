#include "device_model/execute.h"

#include <array>
#include <cstddef>
#include <cstring>

#include "device_model/operations.h"

namespace datamover::device_model {

using abi::Opcode;
using abi::Status;

abi::CompletionRecord Execute(const abi::Descriptor& job, Memory& memory, const QueueRules& rules,
                              const Injection& injection) {
  Run run{job, memory, rules, injection};
  switch (job.opcode()) {
    case Opcode::kNop:
    case Opcode::kDrain:  // what came before it is done when it is executed
      run.Succeed();
      break;
    case Opcode::kMemoryMove:
      Move(run);
      break;
    case Opcode::kFill:
      Fill(run);
      break;
    case Opcode::kCompare:
      Compare(run);
      break;
    case Opcode::kComparePattern:
      ComparePattern(run);
      break;
    case Opcode::kCreateDelta:
      CreateDelta(run);
      break;
    case Opcode::kApplyDelta:
      ApplyDelta(run);
      break;
    case Opcode::kDualcast:
      Dualcast(run);
      break;
    case Opcode::kCrc:
    case Opcode::kCopyCrc:
      Crc(run);
      break;
    case Opcode::kDifCheck:
    case Opcode::kDifInsert:
    case Opcode::kDifStrip:
    case Opcode::kDifUpdate:
      Dif(run);
      break;
    case Opcode::kCacheFlush:
      Flush(run);
      break;
    case Opcode::kBatch:
      run.Fail(Status::kUnsupportedOpcode, 0);
      break;
  }
  return run.record;
}

bool Report(const abi::Descriptor& job, const abi::CompletionRecord& record, Memory& memory) {
  if (!job.has(abi::flag::kRecordAddressValid)) return true;
  const auto status = static_cast<Status>(record.status & abi::kStatusMask);
  const bool quiet = status == Status::kSuccess || status == Status::kFalsePredicate ||
                     status == Status::kBatchError;
  if (quiet && !job.has(abi::flag::kRequestRecord)) return true;
  if (job.record_address % sizeof record != 0) return false;
  std::array<uint8_t, sizeof record> bytes;
  std::memcpy(bytes.data(), &record, sizeof record);
  const std::span<const uint8_t> all(bytes);
  // Two calls: who sees the status sees the rest.
  return memory.Write(job.record_address + 1, all.subspan(1)) == all.size() - 1 &&
         memory.Write(job.record_address, all.first(1)) == 1;
}

}  // namespace datamover::device_model
