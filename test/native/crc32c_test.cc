#include <algorithm>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "check.h"
#include "engine/kernels.h"
#include "engine/kernels/crc32c_internal.h"

namespace datamover::engine {
namespace {

using crc32c::Implementation;
using test::Equal;
using test::Random;

uint32_t Reverse(uint32_t value, int bits) {
  uint32_t reversed = 0;
  for (int bit = 0; bit < bits; ++bit) reversed |= (value >> bit & 1) << (bits - 1 - bit);
  return reversed;
}

// The definition, bit by bit.
uint32_t Reference(uint32_t state, const uint8_t* data, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) {
    state ^= data[i];
    for (int bit = 0; bit < 8; ++bit) state = (state >> 1) ^ (state & 1 ? 0x82f63b78 : 0);
  }
  return state;
}

const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// The suite that every implementation passes.

void KnownValues(const Implementation& crc) {
  const auto standard = [&](std::span<const uint8_t> data) {
    return ~crc.extend(~0u, data.data(), data.size());
  };
  const auto text = [&](std::string_view text) { return standard({Bytes(text), text.size()}); };
  Equal(text(""), 0u, "empty");
  Equal(text("a"), 0xc1d04330u, "a");
  Equal(text("123456789"), 0xe3069283u, "check value");

  std::vector<uint8_t> data(32, 0x00);
  Equal(standard(data), 0x8a9136aau, "32 x 00");
  std::ranges::fill(data, 0xff);
  Equal(standard(data), 0x62a8ab43u, "32 x ff");
  for (size_t i = 0; i < data.size(); ++i) data[i] = static_cast<uint8_t>(i);
  Equal(standard(data), 0x46dd794eu, "00..1f");

  std::vector<uint8_t> pattern(4096);
  for (size_t i = 0; i < pattern.size(); ++i) {
    pattern[i] = static_cast<uint8_t>(0x0123456789abcdef >> (8 * (i % 8)));
  }
  Equal(~crc.extend(~0x12345678u, pattern.data(), pattern.size()), 0x1b6f4410u, "dsa_test");
}

void SmallLengths(const Implementation& crc) {
  constexpr size_t kLongest = 7500;  // with the blocks of kernels that take 3 KiB at once
  const auto data = Random(1).Bytes(kLongest + 64);
  for (const size_t offset : {0, 1, 7, 16, 33, 63}) {
    uint32_t expected = 0x12345678;
    for (size_t bytes = 0; bytes <= kLongest; ++bytes) {
      Equal(crc.extend(0x12345678, data.data() + offset, bytes), expected,
            std::to_string(bytes) + " bytes at " + std::to_string(offset));
      expected = Reference(expected, data.data() + offset + bytes, 1);
    }
  }
}

void LargeLengths(const Implementation& crc) {
  Random random(2);
  for (int i = 0; i < 40; ++i) {
    const size_t bytes = random.Below(300 << 10);
    // Of this exact size, so that a sanitizer sees any access outside.
    const auto data = random.Bytes(bytes);
    const uint32_t state = random.Next();
    Equal(crc.extend(state, data.data(), bytes), Reference(state, data.data(), bytes),
          std::to_string(bytes) + " bytes");
  }
}

// At the sizes where kernels change their ways.
void Borders(const Implementation& crc) {
  const auto data = Random(3).Bytes((256 << 10) + 1);
  for (size_t size = 16; size <= 256 << 10; size *= 2) {
    for (const size_t bytes : {size - 1, size, size + 1}) {
      Equal(crc.extend(7, data.data(), bytes), Reference(7, data.data(), bytes),
            std::to_string(bytes) + " bytes");
    }
  }
}

void AnySplit(const Implementation& crc) {
  Random random(4);
  const auto data = random.Bytes(20'000);
  const uint32_t whole = crc.extend(5, data.data(), data.size());
  for (int i = 0; i < 200; ++i) {
    const size_t split = random.Below(static_cast<uint32_t>(data.size() + 1));
    const size_t rest = data.size() - split;
    const uint32_t front = crc.extend(5, data.data(), split);
    Equal(crc.extend(front, data.data() + split, rest), whole, "continued");
    Equal(Crc32cShift(front, rest) ^ crc.extend(0, data.data() + split, rest), whole, "joined");
  }
}

void Copies(const Implementation& crc) {
  constexpr size_t kMargin = 64;
  const auto source = Random(5).Bytes(70'000);
  for (size_t bytes = 0; bytes <= source.size(); bytes += 1 + bytes / 9) {
    for (const size_t offset : {0, 1, 9, 63}) {
      const uint8_t* const from = source.data() + std::min(offset, source.size() - bytes);
      std::vector<uint8_t> target(bytes + offset + kMargin, 0xa5);
      auto expected = target;
      std::copy(from, from + bytes, expected.begin() + static_cast<std::ptrdiff_t>(offset));
      const std::string what = std::to_string(bytes) + " bytes";
      for (const auto copy : {crc.copy, crc.stream}) {
        std::fill(target.begin(), target.end(), uint8_t{0xa5});
        Equal(copy(3, target.data() + offset, from, bytes), crc.extend(3, from, bytes), what);
        Equal(target == expected, true, "copied " + what);
      }
    }
  }
}

const bool registered = [] {
  for (const Implementation& crc : crc32c::Implementations()) {
    const std::string name = std::string("crc32c ") + crc.name;
    if (!crc.usable) {
      std::printf("skip %s: not on this CPU\n", name.c_str());
      continue;
    }
    test::Register(name + ": known values", [&crc] { KnownValues(crc); });
    test::Register(name + ": small lengths", [&crc] { SmallLengths(crc); });
    test::Register(name + ": large lengths", [&crc] { LargeLengths(crc); });
    test::Register(name + ": borders", [&crc] { Borders(crc); });
    test::Register(name + ": any split", [&crc] { AnySplit(crc); });
    test::Register(name + ": copy writes the range and nothing else", [&crc] { Copies(crc); });
  }
  return true;
}();

const test::Register chosen("crc32c: the best usable implementation is chosen", [] {
  for (const Implementation& crc : crc32c::Implementations()) {
    if (!crc.usable) continue;
    Equal(std::string_view(Crc32cImplementation()) == crc.name, true, crc.name);
    return;
  }
});

const test::Register shift("crc32c: shift is that many zero bytes", [] {
  const std::vector<uint8_t> zeros(5000);
  for (size_t bytes = 0; bytes <= zeros.size(); bytes += 1 + bytes / 7) {
    Equal(Crc32cShift(0xdeadbeef, bytes), Reference(0xdeadbeef, zeros.data(), bytes));
  }
});

const test::Register long_shift("crc32c: shifts of any length add up", [] {
  constexpr uint64_t kHalf = uint64_t{1} << 63;
  Equal(Crc32cShift(Crc32cShift(9, kHalf), kHalf - 1), Crc32cShift(9, ~uint64_t{0}));
  uint32_t state = 9;
  for (int i = 0; i < 1024; ++i) state = Crc32cShift(state, uint64_t{1} << 40);
  Equal(state, Crc32cShift(9, uint64_t{1} << 50));
});

// The variants that the DSA's bypass flags choose, built from the two kernels.
const test::Register bypass("crc32c: known values of the bypass variants", [] {
  const std::string_view text = "123456789";
  const auto crc = [&](uint32_t state) { return Crc32c(state, Bytes(text), text.size()); };
  const auto reversed = [&](uint32_t state) {
    return Crc32cReversedBytes(state, Bytes(text), text.size());
  };
  Equal(Reverse(crc(0), 32), 0x045fc71au);
  Equal(Reverse(crc(~0u), 32), 0x3eb69f38u);
  Equal(Reverse(reversed(0), 32), 0xc052a8c8u);
  Equal(Reverse(reversed(~0u), 32), 0xfabbf0eau);
  Equal(~reversed(~0u), 0xa8f022a0u);
});

const test::Register reversed_bytes("crc32c: reversed bytes of any length", [] {
  const auto data = Random(6).Bytes(30'000);
  auto reversed = data;
  for (auto& byte : reversed) byte = static_cast<uint8_t>(Reverse(byte, 8));
  for (const size_t bytes : {0, 1, 7, 8, 9, 100, 8191, 8192, 8193, 16384, 30'000}) {
    Equal(Crc32cReversedBytes(11, data.data(), bytes), Reference(11, reversed.data(), bytes),
          std::to_string(bytes) + " bytes");
  }
});

}  // namespace
}  // namespace datamover::engine
