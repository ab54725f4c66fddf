#pragma once

#include <memory>
#include <variant>

#include "portal/work_queue.h"

namespace datamover::portal {

/// Opens the device file, and finds the way by which this process may submit to it: stores to its
/// mapped page, or write(2) where the CPU lacks the instruction or the kernel refuses the mapping,
/// as it has done without CAP_SYS_RAWIO since INTEL-SA-01084.
std::variant<std::unique_ptr<Portal>, OpenError> OpenPortal(const QueueSettings& settings);

}  // namespace datamover::portal
