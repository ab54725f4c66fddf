#if !defined(_WIN32)

#include <array>
#include <string>

#include "check.h"
#include "engine/cpu_features.h"
#include "engine/kernels.h"
#include "engine/kernels/crc16_internal.h"
#include "engine/kernels/crc32c_internal.h"
#include "engine/kernels/delta_internal.h"
#include "engine/kernels/stream.h"
#include "engine/kernels/vectors_internal.h"
#include "fenced_memory.h"

// Kernels at the edges of what may be accessed: one that reads or writes a byte beyond its ranges
// ends the process.
namespace datamover::engine {
namespace {

using test::Equal;
using test::FencedPages;
using test::Register;

constexpr size_t kMost = 1200;
constexpr uint64_t kPattern = 0x0123'4567'89ab'cdef;

/// Calls with ranges that begin where memory begins, and with ranges that end where it ends.
template <typename Kernel>
void AtBothEnds(Kernel kernel) {
  FencedPages a, b, c;
  for (size_t bytes = 0; bytes <= kMost; bytes += 1 + bytes / 200) {
    kernel(a.begin(), b.begin(), c.begin(), bytes);
    kernel(a.end() - bytes, b.end() - bytes, c.end() - bytes, bytes);
    kernel(a.begin(), b.end() - bytes, c.end() - bytes, bytes);
    kernel(a.end() - bytes, b.begin(), c.begin(), bytes);
  }
  const size_t all = FencedPages::kBytes;
  kernel(a.begin(), b.begin(), c.begin(), all);
}

const Register move("kernels stay within their ranges: move", [] {
  AtBothEnds([](uint8_t* a, uint8_t* b, uint8_t*, size_t bytes) { Move(a, b, bytes); });
});

const Register crcs("kernels stay within their ranges: CRCs", [] {
  for (const auto& crc : crc32c::Implementations()) {
    if (!crc.usable) continue;
    AtBothEnds([&](uint8_t* a, uint8_t* b, uint8_t*, size_t bytes) {
      crc.extend(0, a, bytes);
      crc.copy(0, b, a, bytes);
      crc.stream(0, b, a, bytes);
    });
  }
  for (const auto& crc : crc16::Implementations()) {
    if (!crc.usable) continue;
    AtBothEnds([&](uint8_t* a, uint8_t* b, uint8_t*, size_t bytes) {
      crc.extend(0, a, bytes);
      std::array<uint16_t, 9> guards;
      const size_t block = bytes / guards.size();
      const size_t first = bytes % guards.size();
      crc.run(guards, 0, {a + first, block, nullptr, 0, block});
      crc.run(guards, 0, {a + first, block, b + first, block, block});
    });
  }
  AtBothEnds(
      [](uint8_t* a, uint8_t*, uint8_t*, size_t bytes) { Crc32cReversedBytes(0, a, bytes); });
});

const Register deltas("kernels stay within their ranges: deltas", [] {
  for (const auto& kernel : delta::Implementations()) {
    if (!kernel.usable) continue;
    AtBothEnds([&](uint8_t* a, uint8_t* b, uint8_t* c, size_t bytes) {
      // The record has the length of the data: room for all entries, or for not quite all.
      for (const uint64_t last : {0, 1}) {
        const size_t whole = bytes / 8 * 8;
        if (whole > 0) b[whole - 1] = static_cast<uint8_t>(a[whole - 1] + last);
        const DeltaScan scan = kernel.create(c, bytes, a, b, whole);
        Equal(CheckDelta(c, scan.used, whole).kind, DeltaFault::kNone);
        ApplyDelta(a, whole, c, scan.used);
      }
    });
  }
});

const Register vector_kernels("kernels stay within their ranges: compare, fill and dualcast", [] {
  for (const auto& kernels : vectors::Implementations()) {
    if (!kernels.usable) continue;
    AtBothEnds([&](uint8_t* a, uint8_t* b, uint8_t* c, size_t bytes) {
      const std::string what = std::to_string(bytes) + " bytes, " + kernels.name;
      kernels.dualcast(a, b, c, bytes);
      Equal(kernels.compare(a, b, bytes), bytes, what);
      kernels.fill(a, kPattern, bytes);
      Equal(kernels.compare_pattern(a, kPattern, bytes), bytes, what);
    });
  }
});

const Register streams("kernels stay within their ranges: non-temporal stores", [] {
  if constexpr (stream::kPossible) {
    AtBothEnds([](uint8_t* a, uint8_t* b, uint8_t* c, size_t bytes) {
      stream::Fill(c, kPattern, bytes);
      stream::CopySideBySide(a, c, bytes);
      if (Cpu().avx512) stream::CopyInOrder(a, c, bytes);
      Equal(Compare(a, c, bytes), bytes);
      const auto between = reinterpret_cast<uintptr_t>(a) - reinterpret_cast<uintptr_t>(b);
      if (between % stream::kLine == 0) stream::Dualcast(a, b, c, bytes);
    });
  }
});

}  // namespace
}  // namespace datamover::engine

#endif
