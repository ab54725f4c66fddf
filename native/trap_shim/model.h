#pragma once

#include <cstddef>
#include <cstdint>

#include "abi/descriptor.h"
#include "device_model/trap_protocol.h"

// The program's side of the device model: which of its files are work queues, and the connection by
// which the model hears of what is done with them. All of it may be called from signal handlers.
namespace datamover::trap_shim {

struct Queue {
  uint32_t device;
  uint32_t queue;
};

/// Whether the file that was opened is a queue of the model, and which. `path` as it was opened.
bool IsQueue(int file, const char* path, Queue& queue);

/// Asks the model, and returns its answer; -1 where there is none, since it is gone.
int32_t Ask(device_model::RequestKind kind, const Queue& queue,
            const abi::Descriptor* descriptors = nullptr, uint32_t count = 0);

/// Tells the model, which does not answer.
void Tell(device_model::RequestKind kind, const Queue& queue,
          const abi::Descriptor* descriptor = nullptr);

}  // namespace datamover::trap_shim
