#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

// As the functions of these names in kernels.h, with non-temporal stores: the destination goes past
// the caches to memory. That saves reading the lines that are overwritten, and keeps what the
// caches hold. Any addresses and sizes, but destinations and sources do not overlap.
namespace datamover::engine::stream {

#if defined(__x86_64__) || defined(_M_X64)
inline constexpr bool kPossible = true;
#else
inline constexpr bool kPossible = false;
#endif

constexpr size_t kLine = 64;

/// From here on copies stream, in bytes. GB/s of memcpy and of this at 16, 64 and 256 MiB: 13, 9.5
/// and 11 against 20, 17 and 17 on a Zen 4 with 32 MiB of cache, 15, 15 and 12 against 18, 18 and
/// 13 on an Emerald Rapids with 260. Whoever reads the copy then gains, too. At 8 MiB memcpy is
/// ahead.
constexpr size_t kLeastCopy = size_t{16} << 20;

/// From here on fills stream, in bytes: 25 against 13 GB/s of memset on that Emerald Rapids. On the
/// Zen 4, which sees that whole lines are overwritten, 25 against 21. At 64 MiB memset is ahead.
constexpr size_t kLeastFill = size_t{256} << 20;

/// Bytes before the first whole line.
inline size_t Head(const uint8_t* destination, size_t bytes) {
  return std::min(bytes, -reinterpret_cast<uintptr_t>(destination) % kLine);
}

void Copy(uint8_t* destination, const uint8_t* source, size_t bytes);
/// The two ways to do that: several pages at once, or in the order of the addresses, which needs
/// AVX-512. GB/s at 64 and 256 MiB: 13 and 14 against 17 and 17 on a Zen 4, 19 and 13 against 18
/// and 11 on an Emerald Rapids.
void CopySideBySide(uint8_t* destination, const uint8_t* source, size_t bytes);
void CopyInOrder(uint8_t* destination, const uint8_t* source, size_t bytes);
/// The two destinations lie a multiple of kLine apart.
void Dualcast(uint8_t* destination1, uint8_t* destination2, const uint8_t* source, size_t bytes);
void Fill(uint8_t* destination, uint64_t pattern, size_t bytes);

}  // namespace datamover::engine::stream
