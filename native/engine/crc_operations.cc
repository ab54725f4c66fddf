#include <algorithm>
#include <array>
#include <cstddef>
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

/// Reverses the bits of each byte.
uint64_t ReflectBytes(uint64_t word) {
  word = (word >> 1 & 0x5555'5555'5555'5555) | (word & 0x5555'5555'5555'5555) << 1;
  word = (word >> 2 & 0x3333'3333'3333'3333) | (word & 0x3333'3333'3333'3333) << 2;
  return (word >> 4 & 0x0f0f'0f0f'0f0f'0f0f) | (word & 0x0f0f'0f0f'0f0f'0f0f) << 4;
}

uint32_t Reflect(uint32_t value) {
  const auto bytes = static_cast<uint32_t>(ReflectBytes(value));
  return bytes << 24 | (bytes << 8 & 0xff'0000) | (bytes >> 8 & 0xff00) | bytes >> 24;
}

uint32_t CrcOfReflected(uint32_t state, const uint8_t* data, size_t bytes) {
  std::array<uint64_t, 128> block = {};
  while (bytes > 0) {
    const size_t step = std::min(bytes, sizeof block);
    std::memcpy(block.data(), data, step);
    for (size_t i = 0; i < (step + 7) / 8; ++i) block[i] = ReflectBytes(block[i]);
    state = Crc32c(state, reinterpret_cast<const uint8_t*>(block.data()), step);
    data += step;
    bytes -= step;
  }
  return state;
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
  const auto crc = job.has(flag::kCrcBypassDataReflection) ? CrcOfReflected : Crc32c;
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
    return CrcRecord(job, CrcOfReflected(state, source, job.transfer_size));
  }
  return CrcRecord(job, CopyCrc32c(state, destination, source, job.transfer_size, limits.whole));
}

}  // namespace datamover::engine
