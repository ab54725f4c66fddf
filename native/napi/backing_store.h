#pragma once

#include <napi.h>

namespace datamover::napi {

/// Keeps the memory of an ArrayBuffer alive beyond the ArrayBuffer itself: until the returned value
/// is collected, even where a program transfers the buffer and drops the new owner.
///
/// Node-API has nothing for this. V8 has (ArrayBuffer::GetBackingStore), and the node executable
/// exports it for addons; it is looked up by name at run time, tried once on a buffer of our own,
/// and not used where it is missing or answers otherwise than expected. Undefined is returned then.
Napi::Value HoldBackingStore(Napi::Env env, Napi::ArrayBuffer buffer);

}  // namespace datamover::napi
