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

}  // namespace

std::shared_ptr<void> BackingStoreOf(Napi::Env env, Napi::ArrayBuffer buffer) {
  // An environment that is terminating makes no buffer, and shall not decide for the others.
  const auto probe = Napi::ArrayBuffer::New(env, 64);
  if (probe.IsEmpty()) return nullptr;
  static const V8 v8;
  static const bool usable = v8.Answers(probe);
  return usable ? v8.Of(buffer) : nullptr;
}

struct HeldMemory::Held {
  std::shared_ptr<HeldMemory> among;
  Store store;
  std::shared_ptr<void> owner;
  std::shared_ptr<const bool> keep;
  napi_ref value = nullptr;  // weak; null: it is not among the others (any more)
  size_t at = 0;             // there
};

Napi::Value HeldMemory::Hold(Napi::Env env, Napi::TypedArray view, std::shared_ptr<void> owner,
                             std::shared_ptr<const bool> keep) {
  Sweep(env);
  auto held =
      std::make_unique<Held>(Held{shared_from_this(), BackingStoreOf(env, view.ArrayBuffer()),
                                  std::move(owner), std::move(keep)});
  const auto value = Napi::External<Held>::New(env, held.get(), Finalize);
  if (!value.IsEmpty()) Add(env, *held.release(), value);
  return value;
}

void HeldMemory::Finalize(Napi::Env env, Held* held) {
  std::unique_ptr<Held> last(held);
  held->among->Remove(env, *held);
  if (*held->keep) portal::KeepForEver(std::move(last));
}

void HeldMemory::Add(Napi::Env env, Held& held, Napi::Value value) {
  // Without a reference it is let go of by Finalize() alone.
  if (napi_create_reference(env, value, 0, &held.value) != napi_ok) return;
  held.at = all_.size();
  all_.push_back(&held);
}

void HeldMemory::Remove(Napi::Env env, Held& held) {
  if (held.value == nullptr) return;
  napi_delete_reference(env, std::exchange(held.value, nullptr));
  all_[held.at] = all_.back();
  all_[held.at]->at = held.at;
  all_.pop_back();
}

/// Lets go of what was collected, also where a program never returns to the event loop: Node calls
/// finalizers there alone. Two are looked at for each that is added, so that what waits in vain is
/// never more than what is in use, and what V8 has yet to collect.
void HeldMemory::Sweep(Napi::Env env) {
  for (int looks = 0; looks < 2 && !all_.empty(); ++looks) {
    if (next_ >= all_.size()) next_ = 0;
    Held& held = *all_[next_++];
    napi_value value = nullptr;
    if (napi_get_reference_value(env, held.value, &value) != napi_ok || value != nullptr) continue;
    Remove(env, held);
    held.store = nullptr;
    held.owner = nullptr;
  }
}

}  // namespace datamover::napi
