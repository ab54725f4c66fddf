#include "napi/environment.h"

#include <algorithm>
#include <utility>

namespace datamover::napi {

namespace {

/// Puts the item in the first free place; its index is its number.
template <typename Pointer>
uint32_t Put(std::vector<Pointer>& items, Pointer item) {
  const auto place = std::find(items.begin(), items.end(), nullptr);
  const auto index = static_cast<uint32_t>(place - items.begin());
  if (place == items.end()) {
    items.push_back(std::move(item));
  } else {
    *place = std::move(item);
  }
  return index;
}

}  // namespace

uint32_t Environment::Add(std::shared_ptr<JobTable> table) {
  return Put(tables_, std::move(table));
}

uint32_t Environment::Add(std::unique_ptr<Engine> engine) {
  return Put(engines_, std::move(engine));
}

std::shared_ptr<JobTable> Environment::table(uint32_t id) const {
  return id < tables_.size() ? tables_[id] : nullptr;
}

Engine* Environment::engine(uint32_t id) const {
  return id < engines_.size() ? engines_[id].get() : nullptr;
}

void Environment::RemoveTable(uint32_t id) {
  if (id < tables_.size()) tables_[id] = nullptr;
}

void Environment::RemoveEngine(uint32_t id) {
  if (Engine* found = engine(id)) {
    found->Close();
    engines_[id] = nullptr;
  }
}

void Environment::OnWake(Napi::Function callback) {
  if (wake_up_) return;
  wake_up_ = std::make_unique<WakeUp>(env_, callback);
  napi_add_env_cleanup_hook(
      env_, [](void* environment) { static_cast<Environment*>(environment)->Close(); }, this);
}

void Environment::Close() {
  if (wake_up_) wake_up_->Close();
  engines_.clear();
  tables_.clear();
}

}  // namespace datamover::napi
