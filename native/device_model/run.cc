#include <algorithm>
#include <limits>

#include "device_model/operations.h"

namespace datamover::device_model {

using abi::Status;
using Access = Memory::Access;
using From = Memory::From;

namespace {

constexpr uint64_t kPage = 4096;

}  // namespace

uint64_t Run::Reach(std::initializer_list<Walk> ranges, uint64_t bytes, uint64_t unit, From from) {
  uint64_t reached = bytes;
  const Walk* culprit = nullptr;
  for (const Walk& range : ranges) {
    // A device that waits for pages has them brought in; only a range that is not there at all
    // stops it, and that is seen when it is used.
    const uint64_t present =
        waits() ? bytes : memory.Present(range.address, bytes, range.access, from);
    if (present >= reached) continue;
    reached = present;
    culprit = &range;
  }
  if (injection.at && *injection.at < reached) {
    reached = *injection.at;
    culprit = ranges.begin();
    for (const Walk& range : ranges) {
      if ((range.access == Access::kWrite) == injection.on_write) culprit = &range;
    }
  }
  if (culprit == nullptr) return bytes;
  reached -= reached % unit;
  const uint64_t offset = from == From::kBeginning ? reached : bytes - reached - 1;
  Stop(reached, culprit->address + offset, culprit->access);
  return reached;
}

std::vector<uint8_t> Run::Fetch(uint64_t address, uint64_t bytes) {
  std::vector<uint8_t> data(bytes);
  const size_t got = memory.Read(address, data);
  if (got < bytes) {
    Stop(got, address + got, Access::kRead);
    data.resize(got);
  }
  return data;
}

bool Run::Store(uint64_t address, const std::vector<uint8_t>& bytes, uint64_t unit) {
  const size_t put = memory.Write(address, bytes);
  if (put == bytes.size()) return true;
  Stop(put - put % unit, address + put, Access::kWrite);
  return false;
}

void Run::Stop(uint64_t completed, uint64_t address, Access access) {
  const Status status = waits() ? Status::kPageResponseError : Status::kPageFault;
  record.status = static_cast<uint8_t>(status);
  if (access == Access::kWrite) record.status |= abi::kStatusWriteFault;
  record.bytes_completed = static_cast<uint32_t>(completed);
  record.fault_address = rules.round_fault_addresses ? address / kPage * kPage : address;
}

void Run::Fail(Status status, uint64_t completed) {
  record.status = static_cast<uint8_t>(status);
  record.bytes_completed = static_cast<uint32_t>(completed);
}

void Run::Conclude(bool holds) {
  record.status = static_cast<uint8_t>(holds ? Status::kSuccess : Status::kFalsePredicate);
}

}  // namespace datamover::device_model
