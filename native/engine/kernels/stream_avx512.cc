#if defined(__x86_64__) || defined(_M_X64)

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "engine/kernels/stream.h"

namespace datamover::engine::stream {

[[gnu::target("avx512f")]] void CopyInOrder(uint8_t* destination, const uint8_t* source,
                                            size_t bytes) {
  constexpr size_t kLines = 8;
  size_t i = Head(destination, bytes);
  std::memcpy(destination, source, i);
  for (; bytes - i >= kLines * kLine; i += kLines * kLine) {
    __m512i lines[kLines];
    for (size_t j = 0; j < kLines; ++j) lines[j] = _mm512_loadu_si512(source + i + j * kLine);
    for (size_t j = 0; j < kLines; ++j) {
      _mm512_stream_si512(reinterpret_cast<__m512i*>(destination + i + j * kLine), lines[j]);
    }
  }
  std::memcpy(destination + i, source + i, bytes - i);
  _mm_sfence();
}

}  // namespace datamover::engine::stream

#endif
