#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "check.h"
#include "engine/kernels.h"
#include "engine/kernels/crc16_internal.h"

namespace datamover::engine {
namespace {

using crc16::Implementation;
using test::Equal;
using test::Random;

// The definition, bit by bit.
uint16_t Reference(uint16_t state, const uint8_t* data, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) {
    state ^= static_cast<uint16_t>(data[i] << 8);
    for (int bit = 0; bit < 8; ++bit) {
      state = static_cast<uint16_t>(state << 1 ^ (state & 0x8000 ? 0x8bb7 : 0));
    }
  }
  return state;
}

// The suite that every implementation passes.

void KnownValues(const Implementation& crc) {
  const std::string_view text = "123456789";
  const auto* const bytes = reinterpret_cast<const uint8_t*>(text.data());
  Equal(crc.extend(0, bytes, text.size()), 0xd0db, "check value");
  std::vector<uint8_t> block(512);
  Equal(crc.extend(0, block.data(), block.size()), 0, "zeros");
  Equal(crc.extend(0xffff, block.data(), block.size()), 0x72bb, "zeros from 0xffff");
  for (size_t i = 0; i < block.size(); ++i) block[i] = static_cast<uint8_t>(i);
  Equal(crc.extend(0, block.data(), block.size()), 0x4f10, "00..ff twice");
  Equal(crc.extend(0xffff, block.data(), block.size()), 0x3dab, "00..ff twice from 0xffff");
}

void SmallLengths(const Implementation& crc) {
  constexpr size_t kLongest = 1100;
  const auto data = Random(1).Bytes(kLongest + 64);
  for (const size_t offset : {0, 1, 7, 16, 33, 63}) {
    uint16_t expected = 0x1234;
    for (size_t bytes = 0; bytes <= kLongest; ++bytes) {
      Equal(crc.extend(0x1234, data.data() + offset, bytes), expected,
            std::to_string(bytes) + " bytes at " + std::to_string(offset));
      expected = Reference(expected, data.data() + offset + bytes, 1);
    }
  }
}

void LargeLengths(const Implementation& crc) {
  Random random(2);
  for (int i = 0; i < 40; ++i) {
    const size_t bytes = random.Below(100 << 10);
    // Of this exact size, so that a sanitizer sees any access outside.
    const auto data = random.Bytes(bytes);
    const auto state = static_cast<uint16_t>(random.Next());
    Equal(crc.extend(state, data.data(), bytes), Reference(state, data.data(), bytes),
          std::to_string(bytes) + " bytes");
  }
}

void AnySplit(const Implementation& crc) {
  Random random(4);
  const auto data = random.Bytes(20'000);
  const uint16_t whole = crc.extend(5, data.data(), data.size());
  for (int i = 0; i < 200; ++i) {
    const size_t split = random.Below(static_cast<uint32_t>(data.size() + 1));
    const uint16_t front = crc.extend(5, data.data(), split);
    Equal(crc.extend(front, data.data() + split, data.size() - split), whole, "continued");
  }
}

/// Blocks with gaps between them, read or copied, have the registers that they have alone.
void ManyBlocks(const Implementation& crc) {
  constexpr size_t kGap = 8, kMost = 11;
  Random random(5);
  for (const size_t bytes : {1, 64, 127, 128, 200, 512, 520, 1000, 4096, 4104}) {
    for (size_t count = 0; count <= kMost; ++count) {
      for (const bool copies : {false, true}) {
        const auto source = random.Bytes(count * (bytes + kGap) + 1);
        std::vector<uint8_t> copy(count * (bytes + 2 * kGap) + 3, 0xa5);
        Blocks blocks = {source.data() + 1, bytes + kGap, copies ? copy.data() + 3 : nullptr,
                         bytes + 2 * kGap, bytes};
        std::vector<uint16_t> guards(count);
        crc.run(guards, 0x1234, blocks);
        std::vector<uint16_t> far(count);
        blocks.far = true;
        crc.run(far, 0x1234, blocks);
        test::Check(far == guards, "from afar, " + std::to_string(bytes) + " bytes");
        std::vector<uint8_t> expected(copy.size(), 0xa5);
        for (size_t i = 0; i < count; ++i) {
          const uint8_t* const block = blocks.Behind(i).source;
          Equal(guards[i], Reference(0x1234, block, bytes), std::to_string(bytes) + " bytes");
          const auto to = static_cast<std::ptrdiff_t>(3 + i * (bytes + 2 * kGap));
          if (copies) std::copy(block, block + bytes, expected.begin() + to);
        }
        test::Check(copy == expected, "copied " + std::to_string(bytes) + " bytes");
      }
    }
  }
}

const bool registered = [] {
  for (const Implementation& crc : crc16::Implementations()) {
    const std::string name = std::string("crc16 ") + crc.name;
    if (!crc.usable) {
      std::printf("skip %s: not on this CPU\n", name.c_str());
      continue;
    }
    test::Register(name + ": known values", [&crc] { KnownValues(crc); });
    test::Register(name + ": small lengths", [&crc] { SmallLengths(crc); });
    test::Register(name + ": large lengths", [&crc] { LargeLengths(crc); });
    test::Register(name + ": any split", [&crc] { AnySplit(crc); });
    test::Register(name + ": many blocks", [&crc] { ManyBlocks(crc); });
  }
  return true;
}();

const test::Register chosen("crc16: the best usable implementation is chosen", [] {
  for (const Implementation& crc : crc16::Implementations()) {
    if (!crc.usable) continue;
    Equal(std::string_view(Crc16Implementation()) == crc.name, true, crc.name);
    return;
  }
});

}  // namespace
}  // namespace datamover::engine
