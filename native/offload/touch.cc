#include "offload/touch.h"

#include <algorithm>
#include <atomic>
#include <cstddef>

#include "engine/ranges.h"

namespace datamover::offload {

namespace {

constexpr uint64_t kPage = 4096;

using AtomicByte = std::atomic<uint8_t>;
static_assert(sizeof(AtomicByte) == 1 && AtomicByte::is_always_lock_free);

AtomicByte& ByteAt(uint64_t address) { return *reinterpret_cast<AtomicByte*>(address); }

/// Calls `touch` with an address in each page of the range.
template <typename Touch>
void EachPage(uint64_t address, uint64_t bytes, Touch touch) {
  const uint64_t end = address + bytes;
  for (; address < end; address = address / kPage * kPage + kPage) touch(address);
}

/// A flush stores nothing, and may be of memory that cannot be written.
bool IsStored(const abi::Descriptor& job, const engine::Range& range) {
  return range.written && job.opcode() != abi::Opcode::kCacheFlush;
}

void Write(uint64_t address) { ByteAt(address).fetch_or(0, std::memory_order_relaxed); }

void Read(uint64_t address) { (void)ByteAt(address).load(std::memory_order_relaxed); }

}  // namespace

void TouchPages(const abi::Descriptor& job, uint64_t bytes) {
  for (const engine::Range& range : engine::RangesOf(job)) {
    EachPage(range.address, std::min(bytes, range.bytes), IsStored(job, range) ? Write : Read);
  }
}

void Prefault::operator()(const abi::Descriptor& job) {
  for (const engine::Range& range : engine::RangesOf(job)) {
    if (IsStored(job, range)) Touch(range.address, std::min(range.bytes, kBytes));
  }
}

void Prefault::Touch(uint64_t address, uint64_t bytes) {
  EachPage(address, bytes, [this](uint64_t at) {
    const uint64_t page = at / kPage;
    uint64_t& entry = touched_[page % kEntries];
    if (entry == page) return;
    entry = page;
    Write(at);
  });
}

}  // namespace datamover::offload
