#include "napi/backing_store.h"

#include <memory>
#include <utility>

#include "napi/shared_count.h"
#include "portal/keep_for_ever.h"

#if defined(__unix__) || defined(__APPLE__)
#include <dlfcn.h>
#endif

namespace datamover::napi {

namespace {

using Store = std::shared_ptr<void>;

/// V8's member functions, as free functions of `this`: the same to the calling convention. A handle
/// of Node-API is the address of V8's, and that is what V8 takes for the object.
struct V8 {
  using GetBackingStore = Store (*)(const void* buffer);
  using Data = void* (*)(const void* backing_store);

  GetBackingStore get = nullptr;
  GetBackingStore get_shared = nullptr;
  Data data = nullptr;

#if defined(__unix__) || defined(__APPLE__)
  V8()
      : get(reinterpret_cast<GetBackingStore>(
            dlsym(RTLD_DEFAULT, "_ZN2v811ArrayBuffer15GetBackingStoreEv"))),
        get_shared(reinterpret_cast<GetBackingStore>(
            dlsym(RTLD_DEFAULT, "_ZN2v817SharedArrayBuffer15GetBackingStoreEv"))),
        data(reinterpret_cast<Data>(dlsym(RTLD_DEFAULT, "_ZNK2v812BackingStore4DataEv"))) {}
#endif

  /// Null where V8 does not say.
  Store Of(Napi::ArrayBuffer buffer) const {
    const auto get_it = buffer.IsArrayBuffer() ? get : get_shared;
    return get_it ? get_it(static_cast<const void*>(static_cast<napi_value>(buffer))) : nullptr;
  }

  /// Whether the functions are there and mean what we think. Else what they gave is left alone, for
  /// ever.
  ///
  /// @param probe a new buffer, which nobody else has a share in
  bool Answers(Napi::ArrayBuffer probe) const {
    if (!get || !data) return false;
    auto store = std::make_unique<Store>(Of(probe));
    const bool answers = CountsAsOurs(*store) && data(store->get()) == probe.Data();
    if (!answers) static_cast<void>(store.release());
    return answers;
  }
};

struct Held {
  Store store;
  std::shared_ptr<void> owner;
  std::shared_ptr<const bool> keep;
};

void LetGo(Napi::Env, Held* held) {
  std::unique_ptr<Held> last(held);
  if (*held->keep) portal::KeepForEver(std::move(last));
}

}  // namespace

std::shared_ptr<void> BackingStoreOf(Napi::Env env, Napi::ArrayBuffer buffer) {
  // An environment that is terminating makes no buffer, and shall not decide for the others.
  const auto probe = Napi::ArrayBuffer::New(env, 64);
  if (probe.IsEmpty()) return nullptr;
  static const V8 v8;
  static const bool usable = v8.Answers(probe);
  return usable ? v8.Of(buffer) : nullptr;
}

Napi::Value HoldMemory(Napi::Env env, Napi::TypedArray view, std::shared_ptr<void> owner,
                       std::shared_ptr<const bool> keep) {
  auto held = std::make_unique<Held>(
      Held{BackingStoreOf(env, view.ArrayBuffer()), std::move(owner), std::move(keep)});
  const auto value = Napi::External<Held>::New(env, held.get(), LetGo);
  if (!value.IsEmpty()) held.release();
  return value;
}

}  // namespace datamover::napi
