#include "engine/kernels.h"

#include <algorithm>
#include <string>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "engine/cpu_features.h"

namespace datamover::test {
namespace {

constexpr size_t kLargest = 300;
constexpr size_t kGuard = 64;
constexpr uint64_t kPattern = 0x0123'4567'89ab'cdef;

uint8_t PatternByte(uint64_t pattern, size_t i) {
  return static_cast<uint8_t>(pattern >> (i % 8 * 8));
}

const Register move("move is a copy through a temporary for every overlap", [] {
  Random random(1);
  for (size_t bytes = 0; bytes <= 200; ++bytes) {
    for (const size_t from : {0, 1, 7, 64, 100}) {
      for (const size_t to : {0, 1, 8, 63, 100}) {
        const auto before = random.Bytes(kLargest);
        auto expected = before;
        const std::vector<uint8_t> copy(before.begin() + from, before.begin() + from + bytes);
        std::copy(copy.begin(), copy.end(), expected.begin() + to);
        auto actual = before;
        engine::Move(actual.data() + to, actual.data() + from, bytes);
        Check(actual == expected, "bytes " + std::to_string(bytes));
      }
    }
  }
});

// Large enough for non-temporal stores, where the two ranges allow them.
const Register large_move("move of a large range is a copy, too, and so is one over itself", [] {
  constexpr size_t kBytes = (16 << 20) + 77;
  constexpr size_t kApart = 4096 + 9;
  std::vector<uint8_t> memory(2 * kBytes + kApart);
  for (const size_t to : {kApart, kBytes, kBytes + kApart}) {
    for (size_t i = 0; i < kBytes; ++i) memory[i] = static_cast<uint8_t>(i ^ i >> 8 ^ i >> 16);
    const std::vector<uint8_t> expected(memory.begin(), memory.begin() + kBytes);
    engine::Move(memory.data() + to, memory.data(), kBytes);
    Check(std::equal(expected.begin(), expected.end(), memory.begin() + to), std::to_string(to));
  }
});

const Register large_compare(
    "comparison of a large range finds the first difference, wherever it is", [] {
      for (const size_t bytes : {size_t{65'535}, size_t{65'536}, size_t{65'537}, size_t{100'003}}) {
        std::vector<uint8_t> a(bytes, 5), b = a;
        Check(engine::Compare(a.data(), b.data(), bytes) == bytes, "equal");
        b[bytes - 1] ^= 1;
        for (const size_t at :
             {size_t{0}, size_t{1}, size_t{16'383}, size_t{16'384}, size_t{16'385}, size_t{49'151},
              size_t{49'152}, bytes - 2, bytes - 1}) {
          b[at] ^= 0x80;
          Check(engine::Compare(a.data(), b.data(), bytes) == at,
                "difference at " + std::to_string(at));
          b[at] ^= 0x80;
        }
      }
    });

const Register large_dualcast("dualcast of a large range, however its destinations lie", [] {
  constexpr size_t kBytes = (16 << 20) + 77;
  std::vector<uint8_t> source(kBytes);
  for (size_t i = 0; i < kBytes; ++i) source[i] = static_cast<uint8_t>(i ^ i >> 8 ^ i >> 16);
  for (const size_t skew : {0, 5}) {
    Pages first(kBytes), second(kBytes + skew);
    engine::Dualcast(first.data(), second.data() + skew, source.data(), kBytes);
    Check(std::equal(source.begin(), source.end(), first.data()), "first");
    Check(std::equal(source.begin(), source.end(), second.data() + skew), "second");
  }
});

const Register part("parts of large jobs are written as they would be alone, and nothing else is",
                    [] {
                      constexpr size_t kMost = 20'000;
                      constexpr size_t kWhole = size_t{1} << 30;
                      Random random(6);
                      const auto source = random.Bytes(kMost);
                      for (size_t bytes = 0; bytes <= kMost; bytes += 1 + bytes / 3) {
                        for (const size_t start : {0, 1, 40}) {
                          std::vector<uint8_t> expected(bytes + 2 * kGuard, 0xa5);
                          Pages first(expected.size()), second(expected.size());
                          const auto reset = [&] {
                            std::fill_n(first.data(), first.size(), uint8_t{0xa5});
                            std::fill_n(second.data(), second.size(), uint8_t{0xa5});
                          };
                          const auto same = [&](Pages& actual, const char* what) {
                            Check(std::equal(expected.begin(), expected.end(), actual.data()),
                                  what + std::to_string(bytes));
                          };
                          std::copy_n(source.begin(), bytes, expected.begin() + start);
                          reset();
                          engine::Move(first.data() + start, source.data(), bytes, kWhole);
                          same(first, "move ");
                          reset();
                          engine::Dualcast(first.data() + start, second.data() + start,
                                           source.data(), bytes, kWhole);
                          same(first, "dualcast ");
                          same(second, "dualcast ");
                          reset();
                          Equal(engine::CopyCrc32c(7, first.data() + start, source.data(), bytes,
                                                   kWhole),
                                engine::Crc32c(7, source.data(), bytes));
                          same(first, "copy and CRC ");
                          for (size_t i = 0; i < bytes; ++i)
                            expected[start + i] = PatternByte(kPattern, i);
                          engine::Fill(first.data() + start, kPattern, bytes, kWhole);
                          same(first, "fill ");
                        }
                      }
                    });

const Register fill("fill repeats the pattern from the start of the destination", [] {
  Random random(3);
  for (const uint64_t pattern : {kPattern, uint64_t{0}, ~uint64_t{0}, uint64_t{0xff}}) {
    for (size_t bytes = 0; bytes <= kLargest; ++bytes) {
      for (size_t start = 0; start < 9; ++start) {
        auto actual = random.Bytes(kLargest + 2 * kGuard);
        auto expected = actual;
        for (size_t i = 0; i < bytes; ++i) expected[start + i] = PatternByte(pattern, i);
        engine::Fill(actual.data() + start, pattern, bytes);
        Check(actual == expected, "bytes " + std::to_string(bytes));
      }
    }
  }
});

const Register flush("flushing leaves the data as it is", [] {
  Random random(5);
  const auto before = random.Bytes(4096);
  auto data = before;
  const bool can = std::string(engine::FlushImplementation()) != "none";
  for (const bool keep : {false, true}) {
    for (const size_t start : {0, 1, 63, 64, 100}) {
      for (const size_t bytes : {0, 1, 63, 64, 65, 3000}) {
        Equal(engine::FlushLines(data.data() + start, bytes, keep), can);
      }
    }
  }
  Check(data == before, "data");
#if defined(__x86_64__) || defined(_M_X64)
  Check(can, "every x86-64 CPU has CLFLUSH");
  const std::string name = engine::FlushImplementation();
  Equal(name.find("clflushopt") != std::string::npos, engine::Cpu().clflushopt);
#endif
});

}  // namespace
}  // namespace datamover::test
