#pragma once

#include <memory>

namespace datamover::napi {

/// Whether the handle, which another binary has made, and of which it has one more, is what this
/// library takes for a std::shared_ptr. The names of functions that return one are the same in a
/// binary of another standard library, which counts elsewhere, or otherwise: such a handle is not
/// to be copied, nor destroyed.
inline bool CountsAsOurs(const std::shared_ptr<void>& handle) {
  if (handle.use_count() != 2) return false;
  const std::shared_ptr<void> copy = handle;
  return handle.use_count() == 3;
}

}  // namespace datamover::napi
