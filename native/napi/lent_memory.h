#pragma once

#include <napi.h>

#include <cstddef>
#include <memory>

namespace datamover::napi {

/// A view of native memory that keeps its owner until nobody has the memory any more; undefined
/// where the runtime refuses views of memory that is not its own, or of this size.
///
/// At the end of an environment Node lets go of such memory, and detaches the view. A program may
/// have moved it from there into another buffer (`transfer()`), and that to another thread, which
/// has it still: so V8 is asked, where it can be.
Napi::Value External(Napi::Env env, void* memory, size_t bytes, std::shared_ptr<void> owner);

}  // namespace datamover::napi
