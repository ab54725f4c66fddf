#pragma once

#include <napi.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace datamover::napi {

/// A std::shared_ptr<v8::BackingStore>: the memory of a buffer, shared or not, as V8 counts who has
/// it. The pointee is never named here. Null where V8 cannot be asked.
///
/// Node-API has nothing for that. V8 has (ArrayBuffer::GetBackingStore), and the node executable
/// exports it for addons; it is looked up by name at run time, tried once on a buffer of our own,
/// and not used where it is missing or answers otherwise than expected.
std::shared_ptr<void> BackingStoreOf(Napi::Env env, Napi::ArrayBuffer buffer);

/// What an environment holds: memory that is to outlive its buffer.
class HeldMemory : public std::enable_shared_from_this<HeldMemory> {
 public:
  /// Keeps the memory that a view is of alive beyond its buffer, shared or not: until the returned
  /// value is collected, even where a program transfers the buffer and drops the new owner. `owner`
  /// is what the memory belongs to if it is ours, or null: at the end of an environment Node lets
  /// go of external memory before it calls any hook, and so before the engines are stopped. Once
  /// `keep` is true, what is held then is never freed: a device may still write it.
  Napi::Value Hold(Napi::Env env, Napi::TypedArray view, std::shared_ptr<void> owner,
                   std::shared_ptr<const bool> keep);

 private:
  struct Held;

  static void Finalize(Napi::Env env, Held* held);
  void Add(Napi::Env env, Held& held, Napi::Value value);
  void Remove(Napi::Env env, Held& held);
  void Sweep(Napi::Env env);

  std::vector<Held*> all_;
  size_t next_ = 0;  // whom to look at
};

}  // namespace datamover::napi
