#pragma once

namespace datamover::portal {

/// Instructions by which a program reaches a work queue and waits for it. That the CPU has ENQCMD
/// does not mean that it works: the process needs an address space that a device shares.
struct CpuSupport {
  bool movdir64b = false;
  bool enqcmd = false;
  bool waitpkg = false;  // UMONITOR, UMWAIT, TPAUSE
};

/// As CPUID says, asked once.
const CpuSupport& Cpu();

}  // namespace datamover::portal
