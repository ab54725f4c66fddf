#pragma once

namespace datamover::engine {

/// What this CPU and its operating system allow, asked once.
struct CpuFeatures {
  // x86-64
  bool sse42 = false;  // with PCLMULQDQ
  bool avx2 = false;
  bool vpclmulqdq = false;  // with AVX2: 256-bit carry-less multiply
  bool avx512 = false;      // F, BW, DQ, VL, VBMI and 512-bit VPCLMULQDQ
  bool amd = false;         // made by AMD
  bool zen4 = false;        // its AVX-512 works on half a vector of 512 bits in a cycle
  bool clflushopt = false;
  bool clwb = false;
  // arm64
  bool arm_crc32 = false;
  bool arm_pmull = false;
};

const CpuFeatures& Cpu();

}  // namespace datamover::engine
