#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "engine/cpu_features.h"
#include "engine/kernels.h"
#include "engine/kernels/stream.h"
#include "engine/kernels/vectors_internal.h"

namespace datamover::engine {
namespace {

using test::Check;
using test::Equal;
using test::Pages;
using test::Random;
using vectors::Implementation;

constexpr size_t kLargest = 700;
constexpr size_t kGuard = 64;
constexpr uint64_t kPattern = 0x0123'4567'89ab'cdef;

uint8_t PatternByte(uint64_t pattern, size_t i) {
  return static_cast<uint8_t>(pattern >> (i % 8 * 8));
}

void Repeat(uint64_t pattern, uint8_t* to, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) to[i] = PatternByte(pattern, i);
}

// The suite that every implementation passes.

void ComparesMemory(const Implementation& kernels) {
  Random random(4);
  const auto a = random.Bytes(kLargest + 8);
  for (size_t start = 0; start < 8; ++start) {
    for (size_t bytes = 0; bytes <= kLargest; bytes += 1 + bytes / 20) {
      // What follows the range differs, and must not matter.
      std::vector<uint8_t> b(a.begin() + start, a.begin() + start + bytes);
      b.push_back(static_cast<uint8_t>(~a[start + bytes - (start + bytes == a.size())]));
      Equal(kernels.compare(a.data() + start, b.data(), bytes), bytes);
      for (size_t i = bytes; i-- > 0;) {
        b[i] ^= static_cast<uint8_t>(1u << i % 8);
        Equal(kernels.compare(a.data() + start, b.data(), bytes), i);
      }
    }
  }
}

void ComparesPatterns(const Implementation& kernels) {
  for (const uint64_t pattern : {kPattern, uint64_t{0}, uint64_t{0xff} << 56}) {
    for (size_t start = 0; start < 8; ++start) {
      for (size_t bytes = 0; bytes <= kLargest; bytes += 1 + bytes / 20) {
        std::vector<uint8_t> data(start + bytes + 1, 0x55);
        uint8_t* const a = data.data() + start;
        Repeat(pattern, a, bytes);
        Equal(kernels.compare_pattern(a, pattern, bytes), bytes);
        for (size_t i = bytes; i-- > 0;) {
          a[i] ^= static_cast<uint8_t>(1u << i % 8);
          Equal(kernels.compare_pattern(a, pattern, bytes), i);
        }
      }
    }
  }
}

// Sizes at which an implementation may go about it in another way.
void ComparesMegabytes(const Implementation& kernels) {
  constexpr size_t kMiB = 1 << 20;
  Pages a(kMiB + 100), b(kMiB + 100);
  vectors::FillPortable(a.data(), kPattern, a.size());
  vectors::FillPortable(b.data(), kPattern, b.size());
  for (const size_t bytes : {kMiB - 1, kMiB, kMiB + 99}) {
    for (const size_t difference : {size_t{0}, size_t{70'001}, bytes - 1, bytes}) {
      b[difference] ^= 1;
      Equal(kernels.compare(a.data(), b.data(), bytes), difference);
      Equal(kernels.compare_pattern(b.data(), kPattern, bytes), difference);
      b[difference] ^= 1;
    }
  }
}

using Fill = void (*)(uint8_t* destination, uint64_t pattern, size_t bytes);

void Fills(Fill fill) {
  Random random(3);
  for (const uint64_t pattern : {kPattern, uint64_t{0}, ~uint64_t{0}, uint64_t{0xff}}) {
    for (size_t start = 0; start < 70; start += 1 + start / 10) {
      for (size_t bytes = 0; bytes <= kLargest; bytes += 1 + bytes / 40) {
        auto actual = random.Bytes(kLargest + 2 * kGuard);
        auto expected = actual;
        Repeat(pattern, expected.data() + start, bytes);
        fill(actual.data() + start, pattern, bytes);
        Check(actual == expected, "bytes " + std::to_string(bytes));
      }
    }
  }
}

using Dualcast = void (*)(uint8_t* destination1, uint8_t* destination2, const uint8_t* source,
                          size_t bytes);

/// The destinations lie `skew` bytes from a common alignment.
void Dualcasts(Dualcast dualcast, size_t skew) {
  Random random(2);
  for (size_t bytes = 0; bytes <= 20'000; bytes += 1 + bytes / 15) {
    for (const size_t start : {0, 1, 24, 63}) {
      const auto source = random.Bytes(bytes);
      const size_t room = bytes + 2 * kGuard;
      Pages first(room), second(room + skew);
      std::vector<uint8_t> expected(room);
      std::copy(source.begin(), source.end(), expected.begin() + start);
      dualcast(first.data() + start, second.data() + skew + start, source.data(), bytes);
      Check(std::equal(expected.begin(), expected.end(), first.data()) &&
                std::equal(expected.begin(), expected.end(), second.data() + skew),
            "bytes " + std::to_string(bytes) + " start " + std::to_string(start));
    }
  }
}

const bool registered = [] {
  for (const Implementation& kernels : vectors::Implementations()) {
    const std::string name = std::string("kernels ") + kernels.name;
    if (!kernels.usable) {
      std::printf("skip %s: not on this CPU\n", name.c_str());
      continue;
    }
    test::Register(name + ": compare finds the first difference wherever it is",
                   [&kernels] { ComparesMemory(kernels); });
    test::Register(name + ": compare pattern finds the first difference wherever it is",
                   [&kernels] { ComparesPatterns(kernels); });
    test::Register(name + ": compare finds differences among megabytes",
                   [&kernels] { ComparesMegabytes(kernels); });
    test::Register(name + ": fill repeats the pattern from the start of the destination",
                   [&kernels] { Fills(kernels.fill); });
    test::Register(name + ": dualcast writes both destinations and nothing else", [&kernels] {
      Dualcasts(kernels.dualcast, 0);
      Dualcasts(kernels.dualcast, 5);
    });
  }
  return true;
}();

const test::Register chosen("kernels: the best usable implementation is chosen", [] {
  for (const Implementation& kernels : vectors::Implementations()) {
    if (!kernels.usable) continue;
    Equal(std::string_view(VectorsImplementation()) == kernels.name, true, kernels.name);
    return;
  }
});

const test::Register streams("kernels: non-temporal stores have the same results", [] {
  if constexpr (stream::kPossible) {
    Fills(stream::Fill);
    Dualcasts(stream::Dualcast, 0);
    Random random(6);
    // Pages are copied side by side.
    for (const size_t bytes : {0, 1, 63, 64, 65, 300, 16'383, 16'384, 16'448, 40'000}) {
      for (const size_t start : {0, 1, 24, 63}) {
        const auto source = random.Bytes(bytes + 3);
        auto actual = random.Bytes(bytes + 2 * kGuard);
        auto expected = actual;
        std::copy(source.begin() + 3, source.end(), expected.begin() + start);
        for (const auto copy : {stream::CopySideBySide, stream::CopyInOrder}) {
          if (copy == stream::CopyInOrder && !Cpu().avx512) continue;
          std::fill_n(actual.begin() + start, bytes, uint8_t{0});
          copy(actual.data() + start, source.data() + 3, bytes);
          Check(actual == expected, "bytes " + std::to_string(bytes));
        }
      }
    }
  }
});

}  // namespace
}  // namespace datamover::engine
