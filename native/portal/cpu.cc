#include "portal/cpu.h"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#include <cpuid.h>
#endif

namespace datamover::portal {

namespace {

CpuSupport Ask() {
  CpuSupport support;
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
    support.waitpkg = c >> 5 & 1;
    support.movdir64b = c >> 28 & 1;
    support.enqcmd = c >> 29 & 1;
  }
#endif
  return support;
}

}  // namespace

const CpuSupport& Cpu() {
  static const CpuSupport support = Ask();
  return support;
}

}  // namespace datamover::portal
