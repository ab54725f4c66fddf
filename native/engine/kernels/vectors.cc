#include <array>

#include "engine/cpu_features.h"
#include "engine/kernels.h"
#include "engine/kernels/vectors_internal.h"

namespace datamover::engine {

std::span<const vectors::Implementation> vectors::Implementations() {
  static const auto implementations = std::to_array<Implementation>({
#if defined(__x86_64__) || defined(_M_X64)
    {"avx512", Cpu().avx512, CompareAvx512, ComparePatternAvx512, FillAvx512, DualcastAvx512},
        {"avx2", Cpu().avx2, CompareAvx2, ComparePatternAvx2, FillAvx2, DualcastAvx2},
#endif
        {"portable", true, ComparePortable, ComparePatternPortable, FillPortable, DualcastPortable},
  });
  return implementations;
}

const char* VectorsImplementation() { return vectors::Chosen().name; }

}  // namespace datamover::engine
