#include "napi/environment.h"

#include <utility>

namespace datamover::napi {

namespace {

/// Its index is its number.
template <typename Pointer>
uint32_t Put(std::vector<Pointer>& items, Pointer item) {
  items.push_back(std::move(item));
  return static_cast<uint32_t>(items.size() - 1);
}

void CloseEnvironment(void* environment) { static_cast<Environment*>(environment)->Close(); }

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
    Close(*found);
    engines_[id] = nullptr;
  }
}

void Environment::Close(Engine& engine) {
  if (!engine.Close()) lost_ = true;
}

uint32_t Environment::Add(std::shared_ptr<portal::WorkQueue> queue) {
  return Put(queues_, std::move(queue));
}

std::shared_ptr<portal::WorkQueue> Environment::queue(uint32_t id) const {
  return id < queues_.size() ? queues_[id] : nullptr;
}

void Environment::RemoveQueue(uint32_t id) {
  if (id < queues_.size()) queues_[id] = nullptr;
}

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

WakeUp* Environment::wake_up(uint32_t id) const {
  return id < wake_ups_.size() ? wake_ups_[id].get() : nullptr;
}

uint32_t Environment::Add(std::shared_ptr<pmem::Mapping> mapping) {
  return Put(mappings_, std::move(mapping));
}

std::shared_ptr<pmem::Mapping> Environment::mapping(uint32_t id) const {
  return id < mappings_.size() ? mappings_[id] : nullptr;
}

void Environment::RemoveMapping(uint32_t id) {
  if (id < mappings_.size()) mappings_[id] = nullptr;
}

uint32_t Environment::Add(std::shared_ptr<BttClient> client) {
  return Put(btt_clients_, std::move(client));
}

std::shared_ptr<BttClient> Environment::btt_client(uint32_t id) const {
  return id < btt_clients_.size() ? btt_clients_[id] : nullptr;
}

void Environment::RemoveBttClient(uint32_t id) {
  if (id < btt_clients_.size()) btt_clients_[id] = nullptr;
}

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
