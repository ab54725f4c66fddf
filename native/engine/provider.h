#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "abi/completion_record.h"
#include "abi/descriptor.h"

namespace datamover::engine {

/// Kernels of another library, which an engine prefers to its own where it is given them.
struct Provider {
  /// Executes a legal descriptor as the device would, or leaves it to our kernels: then it has
  /// written nothing that they do not write again. The members of a batch are always left to them.
  std::optional<abi::CompletionRecord> (*run)(const abi::Descriptor&) = nullptr;
  /// Descriptors, and parts of large ones, that it executed.
  std::atomic<uint64_t> executed = 0;
};

}  // namespace datamover::engine
