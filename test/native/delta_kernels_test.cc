#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "check.h"
#include "engine/kernels.h"
#include "engine/kernels/delta_internal.h"

namespace datamover::engine {
namespace {

using delta::Implementation;
using test::Check;
using test::Equal;
using test::Random;

constexpr uint8_t kUntouched = 0xa5;

/// The definition, word by word.
DeltaScan Reference(std::vector<uint8_t>& record, const uint8_t* before, const uint8_t* after,
                    size_t bytes) {
  size_t used = 0;
  for (size_t at = 0; at < bytes; at += 8) {
    if (std::equal(before + at, before + at + 8, after + at)) continue;
    if (record.size() - used < 10) return {at, used};
    record[used] = static_cast<uint8_t>(at / 8);
    record[used + 1] = static_cast<uint8_t>(at / 8 >> 8);
    std::copy(after + at, after + at + 8, record.begin() + static_cast<std::ptrdiff_t>(used + 2));
    used += 10;
  }
  return {bytes, used};
}

/// One byte of about `percent` of the words is another.
std::vector<uint8_t> Change(const std::vector<uint8_t>& before, uint32_t percent, Random& random) {
  auto after = before;
  for (size_t at = 0; at + 8 <= after.size(); at += 8) {
    if (random.Below(100) < percent) after[at + random.Below(8)] ^= 0x10;
  }
  return after;
}

void Matches(const Implementation& kernel, const uint8_t* before, const uint8_t* after,
             size_t bytes, size_t room) {
  const std::string what = std::to_string(bytes) + " bytes, room " + std::to_string(room);
  std::vector<uint8_t> expected(room), record(room + 1, kUntouched);
  const DeltaScan wanted = Reference(expected, before, after, bytes);
  const DeltaScan scan = kernel.create(record.data(), room, before, after, bytes);
  Equal(scan.scanned, wanted.scanned, "scanned: " + what);
  Equal(scan.used, wanted.used, "used: " + what);
  Check(std::equal(record.begin(), record.begin() + static_cast<std::ptrdiff_t>(wanted.used),
                   expected.begin()),
        "record: " + what);
  Equal(record[room], kUntouched, "beyond the room: " + what);
}

void Lengths(const Implementation& kernel) {
  Random random(1);
  const auto before = random.Bytes(1200);
  for (const uint32_t percent : {0, 1, 10, 50, 90, 100}) {
    const auto after = Change(before, percent, random);
    for (size_t bytes = 0; bytes <= 1100; bytes += 8) {
      for (const size_t start : {0, 8, 56, 3}) {
        Matches(kernel, before.data() + start, after.data() + start, bytes, bytes / 8 * 10);
      }
    }
  }
}

void Rooms(const Implementation& kernel) {
  Random random(2);
  const auto before = random.Bytes(640);
  for (const uint32_t percent : {0, 10, 50, 100}) {
    const auto after = Change(before, percent, random);
    for (size_t room = 0; room <= 810; ++room) {
      Matches(kernel, before.data(), after.data(), before.size(), room);
    }
  }
}

// Indices of all 16 bits, and stretches of either kind.
void Largest(const Implementation& kernel) {
  Random random(3);
  const auto before = random.Bytes(512 << 10);
  auto after = Change(before, 50, random);
  std::copy(before.begin() + 100'000, before.begin() + 300'000, after.begin() + 100'000);
  Matches(kernel, before.data(), after.data(), before.size(), before.size() / 8 * 10);
}

const bool registered = [] {
  for (const Implementation& kernel : delta::Implementations()) {
    const std::string name = std::string("delta ") + kernel.name;
    if (!kernel.usable) {
      std::printf("skip %s: not on this CPU\n", name.c_str());
      continue;
    }
    test::Register(name + ": any length and density", [&kernel] { Lengths(kernel); });
    test::Register(name + ": any room, of which nothing more is written",
                   [&kernel] { Rooms(kernel); });
    test::Register(name + ": the largest ranges", [&kernel] { Largest(kernel); });
  }
  return true;
}();

}  // namespace
}  // namespace datamover::engine
