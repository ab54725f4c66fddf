#include "engine/visibility.h"

#include <atomic>

#include "engine/kernels.h"
#include "engine/operations.h"
#include "engine/ranges.h"

namespace datamover::engine {

namespace flag = abi::flag;
using abi::Status;

namespace {

void ReadBack(uint64_t address) { *static_cast<const volatile uint8_t*>(At(address)); }

}  // namespace

bool Settle(const abi::Descriptor& job) {
  if (!job.has(flag::kCacheControl2)) return true;
  std::atomic_thread_fence(std::memory_order_seq_cst);
  for (const auto& [address, bytes, written] : RangesOf(job)) {
    if (!written || bytes == 0) continue;
    // To memory rather than to the cache: durable, where the memory is.
    const bool to_memory = !job.has(flag::kCacheControl1);
    if (to_memory && !FlushLines(At(address), bytes, true)) return false;
    ReadBack(address + bytes - 1);
  }
  return true;
}

abi::CompletionRecord RunDrain(const abi::Descriptor& job, const Limits&) {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (job.has(flag::kDrainReadback1)) ReadBack(job.readback1);
  if (job.has(flag::kDrainReadback2)) ReadBack(job.readback2);
  return RecordOf(Status::kSuccess);
}

std::optional<Status> CheckDrain(const abi::Descriptor& job, const Limits&) {
  const bool null = (job.has(flag::kDrainReadback1) && job.readback1 == 0) ||
                    (job.has(flag::kDrainReadback2) && job.readback2 == 0);
  if (null) return Status::kReadbackFault;
  return std::nullopt;
}

}  // namespace datamover::engine
