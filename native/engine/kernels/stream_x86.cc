#if defined(__x86_64__) || defined(_M_X64)

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "engine/cpu_features.h"
#include "engine/kernels/stream.h"
#include "engine/kernels/vectors_internal.h"

// Of SSE2, which every x86-64 CPU has: a line is sent to memory as a whole, however it was written.
namespace datamover::engine::stream {
namespace {

constexpr size_t kPage = 4096;
/// Pages that are copied side by side: one stream alone waits for memory at every page, where the
/// prefetchers start anew.
constexpr size_t kPages = 4;
/// Bytes of a page in a row.
constexpr size_t kRun = 4 * kLine;

struct Line {
  __m128i quarter0, quarter1, quarter2, quarter3;
};

Line Load(const uint8_t* from) {
  const auto* const quarters = reinterpret_cast<const __m128i*>(from);
  return {_mm_loadu_si128(quarters), _mm_loadu_si128(quarters + 1), _mm_loadu_si128(quarters + 2),
          _mm_loadu_si128(quarters + 3)};
}

/// `to` is the beginning of a line.
void Store(uint8_t* to, const Line& line) {
  auto* const quarters = reinterpret_cast<__m128i*>(to);
  _mm_stream_si128(quarters, line.quarter0);
  _mm_stream_si128(quarters + 1, line.quarter1);
  _mm_stream_si128(quarters + 2, line.quarter2);
  _mm_stream_si128(quarters + 3, line.quarter3);
}

}  // namespace

void Copy(uint8_t* destination, const uint8_t* source, size_t bytes) {
  const bool in_order = Cpu().avx512 && Cpu().amd;
  (in_order ? CopyInOrder : CopySideBySide)(destination, source, bytes);
}

void CopySideBySide(uint8_t* destination, const uint8_t* source, size_t bytes) {
  size_t i = Head(destination, bytes);
  std::memcpy(destination, source, i);
  for (; bytes - i >= kPages * kPage; i += kPages * kPage) {
    for (size_t run = i; run < i + kPage; run += kRun) {
      for (size_t at = run; at < run + kPages * kPage; at += kPage) {
        for (size_t j = at; j < at + kRun; j += kLine) Store(destination + j, Load(source + j));
      }
    }
  }
  std::memcpy(destination + i, source + i, bytes - i);
  _mm_sfence();
}

void Dualcast(uint8_t* destination1, uint8_t* destination2, const uint8_t* source, size_t bytes) {
  size_t i = Head(destination1, bytes);
  vectors::DualcastPortable(destination1, destination2, source, i);
  for (; bytes - i >= kLine; i += kLine) {
    const Line line = Load(source + i);
    Store(destination1 + i, line);
    Store(destination2 + i, line);
  }
  vectors::DualcastPortable(destination1 + i, destination2 + i, source + i, bytes - i);
  _mm_sfence();
}

void Fill(uint8_t* destination, uint64_t pattern, size_t bytes) {
  size_t i = Head(destination, bytes);
  vectors::FillPortable(destination, pattern, i);
  pattern = vectors::PatternAt(pattern, i);
  const __m128i quarter = _mm_set1_epi64x(static_cast<int64_t>(pattern));
  for (; bytes - i >= kLine; i += kLine) {
    Store(destination + i, {quarter, quarter, quarter, quarter});
  }
  vectors::FillPortable(destination + i, pattern, bytes - i);
  _mm_sfence();
}

}  // namespace datamover::engine::stream

#endif
