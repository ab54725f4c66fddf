#include "portal/numa.h"

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace datamover::portal {

#if defined(__linux__)

namespace {

// Of <linux/mempolicy.h>, which comes with the kernel's headers and not with every C library.
constexpr unsigned long kNode = 1;       // MPOL_F_NODE
constexpr unsigned long kOfAddress = 2;  // MPOL_F_ADDR

}  // namespace

int NodeOfThread() {
  unsigned cpu = 0;
  unsigned node = 0;
  return syscall(SYS_getcpu, &cpu, &node, nullptr) == 0 ? static_cast<int>(node) : -1;
}

int NodeOf(const void* address) {
  int node = -1;
  const long failed = syscall(SYS_get_mempolicy, &node, nullptr, 0, address, kNode | kOfAddress);
  return failed == 0 ? node : -1;
}

#else

int NodeOfThread() { return -1; }
int NodeOf(const void*) { return -1; }

#endif

}  // namespace datamover::portal
