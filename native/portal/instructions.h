#pragma once

#include <cstdint>

#include "abi/descriptor.h"

// The instructions by name, in bytes, so that any assembler takes them: Intel's Software
// Developer's Manual, volume 2. Only for CPUs that have them, see Cpu().
namespace datamover::portal {

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))

inline constexpr bool kHasInstructions = true;

/// Stores 64 bytes to the portal at once. Posted: nothing says whether the queue took them.
inline void MovDir64B(void* portal, const abi::Descriptor& descriptor) {
  // movdir64b (%rdx), %rax
  asm volatile(".byte 0x66, 0x0f, 0x38, 0xf8, 0x02" : : "a"(portal), "d"(&descriptor) : "memory");
}

/// Offers the descriptor to a shared queue; false: it has no room now, or does not serve.
inline bool Enqcmd(void* portal, const abi::Descriptor& descriptor) {
  bool retry;
  // enqcmd (%rdx), %rax
  asm volatile(".byte 0xf2, 0x0f, 0x38, 0xf8, 0x02\n\tsetz %0"
               : "=q"(retry)
               : "a"(portal), "d"(&descriptor)
               : "memory", "cc");
  return !retry;
}

/// Both above are weakly ordered: earlier stores have to be made visible first.
inline void Sfence() { asm volatile("sfence" : : : "memory"); }

inline void Pause() { asm volatile("pause" : : : "memory"); }

inline uint64_t Rdtsc() {
  uint32_t low, high;
  asm volatile("rdtsc" : "=a"(low), "=d"(high));
  return uint64_t{high} << 32 | low;
}

/// Watches the cache line of `address` from now on.
inline void Umonitor(const volatile void* address) {
  // umonitor %rax
  asm volatile(".byte 0xf3, 0x0f, 0xae, 0xf0" : : "a"(address) : "memory");
}

/// Sleeps lightly until the watched line is written, or until `deadline` by the time-stamp counter.
inline void Umwait(uint64_t deadline) {
  const auto low = static_cast<uint32_t>(deadline);
  const auto high = static_cast<uint32_t>(deadline >> 32);
  const uint32_t lighter = 1;  // C0.1
  // umwait %ecx
  asm volatile(".byte 0xf2, 0x0f, 0xae, 0xf1"
               :
               : "c"(lighter), "a"(low), "d"(high)
               : "memory", "cc");
}

#else

inline constexpr bool kHasInstructions = false;

inline void MovDir64B(void*, const abi::Descriptor&) {}
inline bool Enqcmd(void*, const abi::Descriptor&) { return false; }
inline void Sfence() {}
inline void Pause() {}
inline uint64_t Rdtsc() { return 0; }
inline void Umonitor(const volatile void*) {}
inline void Umwait(uint64_t) {}

#endif

}  // namespace datamover::portal
