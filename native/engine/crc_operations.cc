#include <cstdint>
#include <cstring>

#include "engine/kernels.h"
#include "engine/operations.h"

// The device feeds bytes into an unreflected register, most significant bit first, after
// reflecting seed and bytes; the kernels run the mirror image of that register. So it is the
// bypasses, not the defaults, that cost reflections here.
namespace datamover::engine {

namespace flag = abi::flag;
using abi::Status;

namespace {

uint32_t Reflect(uint32_t value) {
  value = (value >> 1 & 0x5555'5555) | (value & 0x5555'5555) << 1;
  value = (value >> 2 & 0x3333'3333) | (value & 0x3333'3333) << 2;
  value = (value >> 4 & 0x0f0f'0f0f) | (value & 0x0f0f'0f0f) << 4;
  return value << 24 | (value << 8 & 0xff'0000) | (value >> 8 & 0xff00) | value >> 24;
}

abi::CompletionRecord CrcRecord(const abi::Descriptor& job, uint32_t state) {
  auto record = RecordOf(Status::kSuccess);
  record.crc = CrcConvert(job, state);
  return record;
}

}  // namespace

uint32_t CrcSeed(const abi::Descriptor& job) {
  if (!job.has(flag::kCrcReadSeed)) return job.crc.seed;
  uint32_t seed;
  std::memcpy(&seed, At(job.crc.seed_address), sizeof seed);
  return seed;
}

uint32_t CrcConvert(const abi::Descriptor& job, uint32_t value) {
  return job.has(flag::kCrcBypassInversion) ? Reflect(value) : ~value;
}

std::optional<Status> CheckCrc(const abi::Descriptor& job, const Limits&) {
  const uint64_t address = job.crc.seed_address;
  const bool read_seed = job.has(flag::kCrcReadSeed);
  if (read_seed ? job.crc.seed != 0 : address != 0) return Status::kReservedNotZero;
  if (!read_seed) return std::nullopt;
  if (address % 4 != 0) return Status::kMisalignedAddress;
  if (address == 0) return Status::kPageFault;
  return std::nullopt;
}

abi::CompletionRecord RunCrc(const abi::Descriptor& job, const Limits&) {
  const uint32_t state = CrcConvert(job, CrcSeed(job));
  const auto crc = job.has(flag::kCrcBypassDataReflection) ? Crc32cReversedBytes : Crc32c;
  return CrcRecord(job, crc(state, At(job.source), job.transfer_size));
}

std::optional<Status> CheckCopyCrc(const abi::Descriptor& job, const Limits& limits) {
  if (Overlap(job.source, job.destination, job.transfer_size)) return Status::kOverlap;
  return CheckCrc(job, limits);
}

abi::CompletionRecord RunCopyCrc(const abi::Descriptor& job, const Limits& limits) {
  const uint32_t state = CrcConvert(job, CrcSeed(job));
  uint8_t* const destination = At(job.destination);
  const uint8_t* const source = At(job.source);
  if (job.has(flag::kCrcBypassDataReflection)) {
    Move(destination, source, job.transfer_size, limits.whole);
    // Of the copy: the source may have changed meanwhile.
    return CrcRecord(job, Crc32cReversedBytes(state, destination, job.transfer_size));
  }
  return CrcRecord(job, CopyCrc32c(state, destination, source, job.transfer_size, limits.whole));
}

}  // namespace datamover::engine
