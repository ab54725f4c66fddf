#include "device_model/operations.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace datamover::device_model {

using Access = Memory::Access;
using From = Memory::From;
namespace flag = abi::flag;

namespace {

/// Byte `index` of an eight-byte pattern that is repeated.
uint8_t PatternByte(uint64_t pattern, uint64_t index) {
  return static_cast<uint8_t>(pattern >> (index % 8 * 8));
}

std::vector<uint8_t> Pattern(uint64_t pattern, uint64_t bytes) {
  std::vector<uint8_t> data(bytes);
  for (uint64_t i = 0; i < bytes; ++i) data[i] = PatternByte(pattern, i);
  return data;
}

/// Ends a comparison of which so much was looked at.
void ConcludeComparison(Run& run, bool different, uint64_t offset) {
  if (different) {
    // Behind the difference nothing was looked at, be there a fault or not.
    run.record = {};
    run.record.result = 1;
    run.record.bytes_completed = static_cast<uint32_t>(offset);
  } else if (run.stopped()) {
    return;
  }
  const bool expected = run.job.compare.expected_result & 1;
  run.Conclude(!run.job.has(flag::kCheckResult) || different == expected);
}

/// The last `reached` bytes of a move, from the end on. A page at a time, as the calls that reach
/// another process say how far they came from the beginning only.
void MoveBackward(Run& run, uint64_t reached) {
  constexpr uint64_t kPage = 4096;
  const abi::Descriptor& job = run.job;
  for (uint64_t done = 0; done < reached;) {
    const uint64_t end = job.transfer_size - done;
    const uint64_t in_source = (job.source + end - 1) % kPage + 1;
    const uint64_t in_destination = (job.destination + end - 1) % kPage + 1;
    const uint64_t step = std::min({in_source, in_destination, reached - done});
    const uint64_t begin = end - step;
    std::vector<uint8_t> data(step);
    if (run.memory.Read(job.source + begin, data) < step) {
      return run.Stop(done, job.source + begin, Access::kRead);
    }
    if (run.memory.Write(job.destination + begin, data) < step) {
      return run.Stop(done, job.destination + begin, Access::kWrite);
    }
    done += step;
  }
}

uint32_t Reflect(uint32_t value) {
  uint32_t reflected = 0;
  for (int bit = 0; bit < 32; ++bit) reflected |= (value >> bit & 1) << (31 - bit);
  return reflected;
}

uint8_t ReflectByte(uint8_t value) { return static_cast<uint8_t>(Reflect(value) >> 24); }

/// CRC-32C, the most significant bit first.
std::array<uint32_t, 256> CrcTable() {
  std::array<uint32_t, 256> table;
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t state = byte << 24;
    for (int bit = 0; bit < 8; ++bit) state = state << 1 ^ (state >> 31 ? 0x1edc6f41 : 0);
    table[byte] = state;
  }
  return table;
}

uint32_t CrcOf(const abi::Descriptor& job, uint32_t seed, const std::vector<uint8_t>& data) {
  static const auto table = CrcTable();
  const bool plain = job.has(flag::kCrcBypassInversion);
  uint32_t state = plain ? seed : Reflect(~seed);
  for (uint8_t byte : data) {
    if (!job.has(flag::kCrcBypassDataReflection)) byte = ReflectByte(byte);
    state = state << 8 ^ table[(state >> 24) ^ byte];
  }
  return plain ? state : ~Reflect(state);
}

}  // namespace

void Move(Run& run) {
  const abi::Descriptor& job = run.job;
  const uint64_t bytes = job.transfer_size;
  const bool backward = job.destination - job.source < bytes && job.destination != job.source;
  const From from = backward ? From::kEnd : From::kBeginning;
  const uint64_t reached =
      run.Reach({{job.source, Access::kRead}, {job.destination, Access::kWrite}}, bytes, 1, from);
  if (backward) {
    MoveBackward(run, reached);
  } else {
    run.Store(job.destination, run.Fetch(job.source, reached));
  }
  run.record.result = backward;
  if (!run.stopped()) run.Succeed();
}

void Fill(Run& run) {
  const abi::Descriptor& job = run.job;
  const uint64_t reached = run.Reach({{job.destination, Access::kWrite}}, job.transfer_size);
  if (run.Store(job.destination, Pattern(job.pattern, reached)) && !run.stopped()) run.Succeed();
}

void Compare(Run& run) {
  const abi::Descriptor& job = run.job;
  const uint64_t reached =
      run.Reach({{job.source, Access::kRead}, {job.source2, Access::kRead}}, job.transfer_size);
  const auto a = run.Fetch(job.source, reached);
  const auto b = run.Fetch(job.source2, a.size());
  const auto end = a.begin() + static_cast<ptrdiff_t>(b.size());
  const auto difference = std::mismatch(a.begin(), end, b.begin()).first;
  ConcludeComparison(run, difference != end, static_cast<uint64_t>(difference - a.begin()));
}

void ComparePattern(Run& run) {
  const abi::Descriptor& job = run.job;
  const uint64_t reached = run.Reach({{job.source, Access::kRead}}, job.transfer_size);
  const auto data = run.Fetch(job.source, reached);
  uint64_t offset = 0;
  while (offset < data.size() && data[offset] == PatternByte(job.compare_pattern, offset)) ++offset;
  ConcludeComparison(run, offset < data.size(), offset);
}

void Dualcast(Run& run) {
  const abi::Descriptor& job = run.job;
  const uint64_t second = job.dualcast.destination2;
  const uint64_t reached = run.Reach(
      {{job.source, Access::kRead}, {job.destination, Access::kWrite}, {second, Access::kWrite}},
      job.transfer_size);
  auto data = run.Fetch(job.source, reached);
  // Both get the same: what only one could take counts as not done.
  if (!run.Store(job.destination, data)) data.resize(run.record.bytes_completed);
  run.Store(second, data);
  if (!run.stopped()) run.Succeed();
}

void Flush(Run& run) {
  const abi::Descriptor& job = run.job;
  const uint64_t reached = run.Reach({{job.destination, Access::kWrite}}, job.transfer_size);
  std::vector<uint8_t> data(reached);
  const size_t got = run.memory.Read(job.destination, data);
  if (got < reached) run.Stop(got, job.destination + got, Access::kWrite);
  if (!run.stopped()) run.Succeed();
}

void Crc(Run& run) {
  const abi::Descriptor& job = run.job;
  const bool copies = job.opcode() == abi::Opcode::kCopyCrc;
  const uint64_t bytes = job.transfer_size;
  uint32_t seed = job.crc.seed;
  if (job.has(flag::kCrcReadSeed)) {
    std::array<uint8_t, 4> value;
    const uint64_t address = job.crc.seed_address;
    const size_t present =
        run.memory.Present(address, value.size(), Access::kRead, From::kBeginning);
    if ((present < value.size() && !run.waits()) ||
        run.memory.Read(address, value) < value.size()) {
      run.record.crc = run.injection.garbage;
      return run.Stop(0, address, Access::kRead);
    }
    seed = value[0] | value[1] << 8 | value[2] << 16 | uint32_t{value[3]} << 24;
  }
  const uint64_t reached =
      copies ? run.Reach({{job.source, Access::kRead}, {job.destination, Access::kWrite}}, bytes)
             : run.Reach({{job.source, Access::kRead}}, bytes);
  auto data = run.Fetch(job.source, reached);
  if (copies && !run.Store(job.destination, data)) data.resize(run.record.bytes_completed);
  if (!run.stopped()) run.Succeed();
  // Of a job that has not begun the device leaves what was there.
  run.record.crc = data.empty() ? run.injection.garbage : CrcOf(job, seed, data);
}

}  // namespace datamover::device_model
