#include "engine/kernels.h"
#include "engine/operations.h"

namespace datamover::engine {

using abi::Status;

abi::CompletionRecord RunNop(const abi::Descriptor&, const Limits&) {
  return RecordOf(Status::kSuccess);
}

abi::CompletionRecord RunMove(const abi::Descriptor& job, const Limits& limits) {
  Move(At(job.destination), At(job.source), job.transfer_size, limits.whole);
  return MoveRecord(job);
}

abi::CompletionRecord RunFill(const abi::Descriptor& job, const Limits& limits) {
  Fill(At(job.destination), job.pattern, job.transfer_size, limits.whole);
  return RecordOf(Status::kSuccess);
}

std::optional<Status> CheckDualcast(const abi::Descriptor& job, const Limits&) {
  const uint64_t second = job.dualcast.destination2;
  if (((job.destination ^ second) & 0xfff) != 0) return Status::kDualcastAlignment;
  if (Overlap(job.source, job.destination, job.transfer_size) ||
      Overlap(job.source, second, job.transfer_size) ||
      Overlap(job.destination, second, job.transfer_size)) {
    return Status::kOverlap;
  }
  return std::nullopt;
}

abi::CompletionRecord RunDualcast(const abi::Descriptor& job, const Limits& limits) {
  Dualcast(At(job.destination), At(job.dualcast.destination2), At(job.source), job.transfer_size,
           limits.whole);
  return RecordOf(Status::kSuccess);
}

namespace {

// On DSA 1.0 cache control 1 of a cache flush chooses write-back over write-back and invalidate.
bool Flush(const abi::Descriptor& job, uint32_t bytes) {
  return FlushLines(At(job.destination), bytes, job.has(abi::flag::kCacheControl1));
}

}  // namespace

std::optional<Status> CheckFlush(const abi::Descriptor& job, const Limits&) {
  if (!Flush(job, 0)) return Status::kUnsupportedOpcode;
  return std::nullopt;
}

abi::CompletionRecord RunFlush(const abi::Descriptor& job, const Limits&) {
  return RecordOf(Flush(job, job.transfer_size) ? Status::kSuccess : Status::kUnsupportedOpcode);
}

}  // namespace datamover::engine
