#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "trap_shim/decoder.h"
#include "trap_shim/files.h"

// A store to a portal is a SIGBUS, since the mapped file is empty. ENQCMD without a device is a
// SIGSEGV or a SIGILL, as are the waiting instructions, and CPUID once it is made to trap. The
// handlers here carry out what was meant; everything else is the program's own.
namespace datamover::trap_shim {

using device_model::RequestKind;

namespace {

constexpr int kOurs[] = {SIGBUS, SIGSEGV, SIGILL};

/// What the program has asked for, by signal.
struct sigaction dispositions[NSIG];

bool IsOurs(int signal) {
  for (const int ours : kOurs) {
    if (signal == ours) return true;
  }
  return false;
}

using SigactionFunction = int (*)(int, const struct sigaction*, struct sigaction*);

SigactionFunction RealSigaction() {
  static const auto real = reinterpret_cast<SigactionFunction>(dlsym(RTLD_NEXT, "sigaction"));
  return real;
}

constexpr long kSetCpuid = 0x1012;  // arch_prctl: ARCH_SET_CPUID

// Bits of CPUID leaf 7, register ECX.
constexpr unsigned kWaitpkg = 1u << 5;
constexpr unsigned kMovDir64B = 1u << 28;
constexpr unsigned kEnqcmd = 1u << 29;

void AnswerCpuid(greg_t* registers) {
  syscall(SYS_arch_prctl, kSetCpuid, 1);
  const auto leaf = static_cast<unsigned>(registers[REG_RAX]);
  const auto subleaf = static_cast<unsigned>(registers[REG_RCX]);
  unsigned a = leaf, b, c = subleaf, d;
  asm volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  syscall(SYS_arch_prctl, kSetCpuid, 0);
  if (leaf == 7 && subleaf == 0) c |= kWaitpkg | kMovDir64B | kEnqcmd;
  registers[REG_RAX] = a;
  registers[REG_RBX] = b;
  registers[REG_RCX] = c;
  registers[REG_RDX] = d;
}

constexpr greg_t kZero = 1 << 6;
/// Carry, parity, adjust, zero, sign, overflow.
constexpr greg_t kStatusFlags = 0x8d5;

bool Submit(const Instruction& instruction, greg_t* registers) {
  Queue queue;
  const bool portal = FindPortal(instruction.destination, queue);
  const auto* const descriptor = reinterpret_cast<const abi::Descriptor*>(instruction.source);
  if (instruction.destination % sizeof *descriptor != 0) return false;
  if (instruction.kind == Kind::kEnqcmd) {
    // The PASID is the processor's to fill in: it faults where the program has.
    if (!portal || (descriptor->pasid & 0x7fff'ffff) != 0) return false;
    const bool accepted = Ask(RequestKind::kEnqueue, queue, descriptor, 1) == 0;
    registers[REG_EFL] &= ~kStatusFlags;
    if (!accepted) registers[REG_EFL] |= kZero;
  } else if (portal) {
    Tell(RequestKind::kStore, queue, descriptor);
  } else {
    // A processor without the instruction, and ordinary memory. The first word goes last: who sees
    // it sees the others.
    auto* const target = reinterpret_cast<uint64_t*>(instruction.destination);
    const auto* const words = reinterpret_cast<const uint64_t*>(instruction.source);
    memcpy(target + 1, words + 1, sizeof *descriptor - sizeof *words);
    __atomic_store_n(target, *words, __ATOMIC_RELEASE);
  }
  return true;
}

/// The client waits for the model, which may need this processor.
void Sleep() {
  const timespec rest = {0, 20'000};
  nanosleep(&rest, nullptr);
}

bool CarryOut(int signal, ucontext_t& context) {
  greg_t* const registers = context.uc_mcontext.gregs;
  const Instruction instruction = Decode(context.uc_mcontext);
  switch (instruction.kind) {
    case Kind::kOther:
      return false;
    case Kind::kCpuid:
      if (signal != SIGSEGV) return false;
      AnswerCpuid(registers);
      break;
    case Kind::kUmonitor:
      break;
    case Kind::kUmwait:
    case Kind::kTpause:
      Sleep();
      registers[REG_EFL] &= ~kStatusFlags;
      break;
    case Kind::kMovDir64B:
      // On memory that is not there it faults as any store does.
      if (Queue queue; signal != SIGILL && !FindPortal(instruction.destination, queue))
        return false;
      if (!Submit(instruction, registers)) return false;
      break;
    case Kind::kEnqcmd:
      if (!Submit(instruction, registers)) return false;
      break;
  }
  registers[REG_RIP] += instruction.length;
  return true;
}

void PassOn(int signal, siginfo_t* info, void* context) {
  const struct sigaction action = dispositions[signal];
  if (action.sa_flags & SA_SIGINFO) return action.sa_sigaction(signal, info, context);
  if (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN)
    return action.sa_handler(signal);
  // The instruction is repeated, and ends the program as it would have without the shim.
  struct sigaction standard = {};
  standard.sa_handler = SIG_DFL;
  RealSigaction()(signal, &standard, nullptr);
}

void Handle(int signal, siginfo_t* info, void* context) {
  const int error = errno;
  const bool done = info->si_code > 0 && CarryOut(signal, *static_cast<ucontext_t*>(context));
  errno = error;
  if (!done) PassOn(signal, info, context);
}

void Install(int signal) {
  struct sigaction action = {};
  action.sa_sigaction = Handle;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  RealSigaction()(signal, &action, &dispositions[signal]);
}

[[gnu::constructor]] void Begin() {
  if (!getenv(device_model::kRootVariable)) return;
  for (const int signal : kOurs) Install(signal);
  // Inherited by threads, not by programs that are executed. Where the processor cannot do it,
  // programs see what it has.
  syscall(SYS_arch_prctl, kSetCpuid, 0);
}

/// A blocked signal could not be handled, and would end the program.
sigset_t WithoutOurs(const sigset_t& set) {
  sigset_t others = set;
  for (const int ours : kOurs) sigdelset(&others, ours);
  return others;
}

using MaskFunction = int (*)(int, const sigset_t*, sigset_t*);

int SetMask(const char* name, int how, const sigset_t* set, sigset_t* before) {
  const auto real = reinterpret_cast<MaskFunction>(dlsym(RTLD_NEXT, name));
  if (!set || how == SIG_UNBLOCK) return real(how, set, before);
  const sigset_t others = WithoutOurs(*set);
  return real(how, &others, before);
}

}  // namespace
}  // namespace datamover::trap_shim

namespace shim = datamover::trap_shim;

extern "C" {

int sigaction(int signal, const struct sigaction* action, struct sigaction* before) noexcept {
  if (!shim::IsOurs(signal) || !getenv(datamover::device_model::kRootVariable)) {
    return shim::RealSigaction()(signal, action, before);
  }
  struct sigaction& known = shim::dispositions[signal];
  const struct sigaction old = known;
  if (action) known = *action;
  if (before) *before = old;
  return 0;
}

sighandler_t signal(int number, sighandler_t handler) noexcept {
  struct sigaction action = {};
  struct sigaction before = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  if (sigaction(number, &action, &before) != 0) return SIG_ERR;
  return before.sa_handler;
}

int sigprocmask(int how, const sigset_t* set, sigset_t* before) noexcept {
  return shim::SetMask("sigprocmask", how, set, before);
}

int pthread_sigmask(int how, const sigset_t* set, sigset_t* before) noexcept {
  return shim::SetMask("pthread_sigmask", how, set, before);
}

}  // extern "C"
