#include "napi/lent_memory.h"

#include <mutex>
#include <utility>
#include <vector>

#include "napi/backing_store.h"

namespace datamover::napi {

namespace {

struct Lent {
  std::shared_ptr<void> owner;
  std::weak_ptr<void> store = {};  // V8's; expired from the start where it does not say
  bool made = false;
};

/// Memory that Node has let go of, and another thread has yet.
class Left {
 public:
  void Add(std::unique_ptr<Lent> lent) {
    const std::lock_guard lock(mutex_);
    left_.push_back(std::move(lent));
  }

  /// Frees what nobody has any more: V8 tells only Node, and Node nobody.
  void Sweep() {
    const std::lock_guard lock(mutex_);
    std::erase_if(left_, [](const auto& lent) { return lent->store.expired(); });
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Lent>> left_;
};

/// Never destroyed: threads may outlive the destructors of statics when the process exits.
Left& TheLeft() {
  static auto& left = *new Left;
  return left;
}

void Finalize(napi_env, void*, void* data) {
  auto* const lent = static_cast<Lent*>(data);
  // Some versions of Node finalize what they then refuse to make.
  if (!lent->made) return;
  std::unique_ptr<Lent> ended(lent);
  if (!ended->store.expired()) TheLeft().Add(std::move(ended));
}

}  // namespace

Napi::Value External(Napi::Env env, void* memory, size_t bytes, std::shared_ptr<void> owner) {
  TheLeft().Sweep();
  auto lent = std::make_unique<Lent>(Lent{std::move(owner)});
  napi_value view = nullptr;
  const napi_status status =
      napi_create_external_arraybuffer(env, memory, bytes, Finalize, lent.get(), &view);
  if (status != napi_ok) return env.Undefined();
  lent->store = BackingStoreOf(env, Napi::ArrayBuffer(env, view));
  lent.release()->made = true;
  return Napi::Value(env, view);
}

}  // namespace datamover::napi
