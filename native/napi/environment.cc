#include "napi/environment.h"

#include <utility>

namespace datamover::napi {

namespace {

/// Numbers begin at 1: what is no number is read as 0, and names nothing.
template <typename Pointer>
uint32_t Put(std::vector<Pointer>& items, Pointer item) {
  items.push_back(std::move(item));
  return static_cast<uint32_t>(items.size());
}

/// Where that of the number is; null for one that was never given.
template <typename Items>
auto* Find(Items& items, uint32_t id) {
  const bool given = id > 0 && id <= items.size();
  return given ? &items[id - 1] : nullptr;
}

/// Null for a number that names nothing, or nothing any more.
template <typename T>
std::shared_ptr<T> Get(const std::vector<std::shared_ptr<T>>& items, uint32_t id) {
  const auto* const found = Find(items, id);
  return found ? *found : nullptr;
}

template <typename T>
T* Get(const std::vector<std::unique_ptr<T>>& items, uint32_t id) {
  const auto* const found = Find(items, id);
  return found ? found->get() : nullptr;
}

template <typename Items>
void Remove(Items& items, uint32_t id) {
  if (auto* const found = Find(items, id)) *found = nullptr;
}

void CloseEnvironment(void* environment) { static_cast<Environment*>(environment)->Close(); }

}  // namespace

uint32_t Environment::Add(std::shared_ptr<JobTable> table) {
  return Put(tables_, std::move(table));
}

uint32_t Environment::Add(std::unique_ptr<Engine> engine) {
  return Put(engines_, std::move(engine));
}

std::shared_ptr<JobTable> Environment::table(uint32_t id) const { return Get(tables_, id); }

Engine* Environment::engine(uint32_t id) const { return Get(engines_, id); }

void Environment::RemoveTable(uint32_t id) { Remove(tables_, id); }

void Environment::RemoveEngine(uint32_t id) {
  if (Engine* found = engine(id)) {
    Close(*found);
    Remove(engines_, id);
  }
}

void Environment::Close(Engine& engine) {
  if (!engine.Close()) lost_ = true;
}

uint32_t Environment::Add(std::shared_ptr<portal::WorkQueue> queue) {
  return Put(queues_, std::move(queue));
}

std::shared_ptr<portal::WorkQueue> Environment::queue(uint32_t id) const {
  return Get(queues_, id);
}

void Environment::RemoveQueue(uint32_t id) { Remove(queues_, id); }

void Environment::Watch(const WakeUp& wake_up) {
  for (const auto& engine : engines_) {
    if (engine) engine->Watch(*wake_up.signal());
  }
}

void Environment::Unwatch(const WakeUp& wake_up) {
  for (const auto& engine : engines_) {
    if (engine) engine->Unwatch(*wake_up.signal());
  }
}

uint32_t Environment::AddWakeUp(Napi::Function callback) {
  const uint32_t id = Put(wake_ups_, std::make_unique<WakeUp>(env_, callback));
  // Hooks run last in, first out: ours before that of the thread-safe function just made.
  napi_remove_env_cleanup_hook(env_, CloseEnvironment, this);
  napi_add_env_cleanup_hook(env_, CloseEnvironment, this);
  return id;
}

WakeUp* Environment::wake_up(uint32_t id) const { return Get(wake_ups_, id); }

uint32_t Environment::Add(std::shared_ptr<pmem::Mapping> mapping) {
  return Put(mappings_, std::move(mapping));
}

std::shared_ptr<pmem::Mapping> Environment::mapping(uint32_t id) const {
  return Get(mappings_, id);
}

void Environment::RemoveMapping(uint32_t id) { Remove(mappings_, id); }

uint32_t Environment::Add(std::shared_ptr<BttClient> client) {
  return Put(btt_clients_, std::move(client));
}

std::shared_ptr<BttClient> Environment::btt_client(uint32_t id) const {
  return Get(btt_clients_, id);
}

void Environment::RemoveBttClient(uint32_t id) { Remove(btt_clients_, id); }

std::shared_ptr<void> Environment::owner(const void* data) const {
  const auto found = owners_.find(data);
  return found == owners_.end() ? nullptr : found->second.lock();
}

void Environment::Own(const void* data, const std::shared_ptr<void>& owner) {
  std::erase_if(owners_, [](const auto& entry) { return entry.second.expired(); });
  owners_[data] = owner;
}

void Environment::Close() {
  for (const auto& wake_up : wake_ups_) wake_up->Close();
  for (const auto& engine : engines_) {
    if (engine) Close(*engine);
  }
  *keep_ = lost_;
  engines_.clear();
  queues_.clear();
  for (const auto& client : btt_clients_) {
    // Copies that have not ended, of a device that does not answer, may be of any lane.
    if (client && lost_) client->device().Retire(client->owner());
  }
  btt_clients_.clear();
  mappings_.clear();
  tables_.clear();
}

}  // namespace datamover::napi
