#include "engine/cpu_features.h"

#include <cstdint>

#if defined(__x86_64__) || defined(_M_X64)
#if defined(_MSC_VER)
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#elif defined(_M_ARM64) || (defined(__aarch64__) && defined(_WIN32))
#include <windows.h>
#endif

namespace datamover::engine {
namespace {

#if defined(__x86_64__) || defined(_M_X64)

struct Registers {
  uint32_t eax, ebx, ecx, edx;
};

// All zero for a leaf that the CPU does not have.
Registers Cpuid(uint32_t leaf) {
#if defined(_MSC_VER)
  int registers[4];
  __cpuid(registers, 0);
  if (static_cast<uint32_t>(registers[0]) < leaf) return {};
  __cpuidex(registers, static_cast<int>(leaf), 0);
  return {static_cast<uint32_t>(registers[0]), static_cast<uint32_t>(registers[1]),
          static_cast<uint32_t>(registers[2]), static_cast<uint32_t>(registers[3])};
#else
  Registers registers{};
  __get_cpuid_count(leaf, 0, &registers.eax, &registers.ebx, &registers.ecx, &registers.edx);
  return registers;
#endif
}

// XCR0: the register states that the operating system saves at a context switch.
uint64_t SavedStates() {
#if defined(_MSC_VER)
  return _xgetbv(0);
#else
  // As an instruction: the intrinsic would need a function compiled for XSAVE.
  uint32_t low, high;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t{high} << 32) | low;
#endif
}

// Of a CPU of AMD; from the value of leaf 1.
constexpr uint32_t Family(uint32_t signature) {
  return (signature >> 8 & 0xf) + (signature >> 20 & 0xff);
}

constexpr bool HasBit(uint32_t value, int bit) { return (value >> bit) & 1; }

CpuFeatures Detect() {
  constexpr uint64_t kAvxState = 0x06;     // XMM, YMM
  constexpr uint64_t kAvx512State = 0xe6;  // and opmask, upper ZMM, ZMM 16-31

  const Registers basic = Cpuid(1);
  const Registers extended = Cpuid(7);
  const uint64_t saved = HasBit(basic.ecx, 27) ? SavedStates() : 0;  // OSXSAVE
  const bool avx_saved = (saved & kAvxState) == kAvxState;
  const bool avx512_saved = (saved & kAvx512State) == kAvx512State;

  CpuFeatures features;
  features.sse42 = HasBit(basic.ecx, 20) && HasBit(basic.ecx, 1);
  features.avx2 = avx_saved && HasBit(basic.ecx, 28) && HasBit(extended.ebx, 5);  // AVX, AVX2
  features.vpclmulqdq = features.sse42 && features.avx2 && HasBit(extended.ecx, 10);
  const bool avx512_used = HasBit(extended.ebx, 16) && HasBit(extended.ebx, 17) &&  // F, DQ
                           HasBit(extended.ebx, 30) && HasBit(extended.ebx, 31) &&  // BW, VL
                           HasBit(extended.ecx, 1);                                 // VBMI
  features.avx512 = features.vpclmulqdq && avx512_saved && avx512_used;
  features.amd = Cpuid(0).ecx == 0x444d4163;  // the end of "AuthenticAMD"
  features.zen4 = features.amd && features.avx512 && Family(basic.eax) == 0x19;
  features.clflushopt = HasBit(extended.ebx, 23);
  features.clwb = HasBit(extended.ebx, 24);
  return features;
}

#elif defined(__aarch64__) && defined(__linux__)

CpuFeatures Detect() {
  const unsigned long capabilities = getauxval(AT_HWCAP);
  CpuFeatures features;
  features.arm_crc32 = (capabilities & HWCAP_CRC32) != 0;
  features.arm_pmull = (capabilities & HWCAP_PMULL) != 0;
  return features;
}

#elif defined(__aarch64__) && defined(__APPLE__)

// Every 64-bit Mac has both.
CpuFeatures Detect() {
  CpuFeatures features;
  features.arm_crc32 = true;
  features.arm_pmull = true;
  return features;
}

#elif defined(_M_ARM64) || (defined(__aarch64__) && defined(_WIN32))

CpuFeatures Detect() {
  CpuFeatures features;
  features.arm_crc32 = IsProcessorFeaturePresent(PF_ARM_V8_CRC32_INSTRUCTIONS_AVAILABLE);
  features.arm_pmull = IsProcessorFeaturePresent(PF_ARM_V8_CRYPTO_INSTRUCTIONS_AVAILABLE);
  return features;
}

#else

CpuFeatures Detect() { return {}; }

#endif

}  // namespace

const CpuFeatures& Cpu() {
  static const CpuFeatures features = Detect();
  return features;
}

}  // namespace datamover::engine
