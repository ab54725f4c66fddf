#include "offload/touch.h"

#include <algorithm>
#include <atomic>
#include <cstddef>

#include "engine/operation_table.h"

namespace datamover::offload {

namespace operand = engine::operand;

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

void Write(uint64_t address) { ByteAt(address).fetch_or(0, std::memory_order_relaxed); }

void Read(uint64_t address) { (void)ByteAt(address).load(std::memory_order_relaxed); }

}  // namespace

void TouchPages(const abi::Descriptor& job, uint64_t bytes) {
  const engine::Operation& operation = engine::Find(job.opcode());
  const auto range = [&](uint8_t which, uint64_t address) {
    const uint64_t length = std::min<uint64_t>(bytes, job.transfer_size);
    if (operation.writes & which) return EachPage(address, length, Write);
    if (operation.reads & which) return EachPage(address, length, Read);
  };
  range(operand::kSource, job.source);
  range(operand::kDestination, job.destination);
  range(operand::kDestination2, job.dualcast.destination2);
}

void Prefault::operator()(const abi::Descriptor& job) {
  const engine::Operation& operation = engine::Find(job.opcode());
  const uint64_t bytes = std::min<uint64_t>(job.transfer_size, kBytes);
  if (operation.writes & operand::kDestination) Touch(job.destination, bytes);
  if (operation.writes & operand::kDestination2) Touch(job.dualcast.destination2, bytes);
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
