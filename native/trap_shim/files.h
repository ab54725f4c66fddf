#pragma once

#include "trap_shim/model.h"

namespace datamover::trap_shim {

/// The queue whose mapped page the address is in; false: there is none.
bool FindPortal(uint64_t address, Queue& queue);

}  // namespace datamover::trap_shim
