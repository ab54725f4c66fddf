#pragma once

namespace datamover::portal {

/// Whether a descriptor can be stored to the mapped page of a queue: as CPUID says, and where that
/// says no, as it turns out when the instruction is executed (a virtual machine may hide what the
/// processor has, and an emulator may add what it lacks). The queue may be given a no-op that asks
/// for no record.
bool InstructionWorks(bool dedicated, void* page);

}  // namespace datamover::portal
