#include "napi/environment.h"

#include <utility>

namespace datamover::napi {

namespace {

void CloseEnvironment(void* environment) { static_cast<Environment*>(environment)->Close(); }

}  // namespace

uint32_t Environment::Add(std::shared_ptr<JobTable> table) { return tables_.Add(std::move(table)); }

uint32_t Environment::Add(std::unique_ptr<Engine> engine) {
  return engines_.Add(std::move(engine));
}

std::shared_ptr<JobTable> Environment::table(uint32_t id) const { return tables_.Get(id); }

Engine* Environment::engine(uint32_t id) const { return engines_.Get(id).get(); }

void Environment::RemoveTable(uint32_t id) { tables_.Remove(id); }

void Environment::RemoveEngine(uint32_t id) {
  if (Engine* found = engine(id)) {
    Close(*found);
    engines_.Remove(id);
  }
}

void Environment::Close(Engine& engine) {
  if (!engine.Close()) lost_ = true;
}

uint32_t Environment::Add(std::shared_ptr<portal::WorkQueue> queue) {
  return queues_.Add(std::move(queue));
}

std::shared_ptr<portal::WorkQueue> Environment::queue(uint32_t id) const { return queues_.Get(id); }

void Environment::RemoveQueue(uint32_t id) { queues_.Remove(id); }

void Environment::Watch(const WakeUp& wake_up) {
  engines_.ForEach([&](Engine& engine) { engine.Watch(*wake_up.signal()); });
}

void Environment::Unwatch(const WakeUp& wake_up) {
  engines_.ForEach([&](Engine& engine) { engine.Unwatch(*wake_up.signal()); });
}

uint32_t Environment::AddWakeUp(Napi::Function callback) {
  const uint32_t id = wake_ups_.Add(std::make_unique<WakeUp>(env_, callback));
  // Hooks run last in, first out: ours before that of the thread-safe function just made.
  napi_remove_env_cleanup_hook(env_, CloseEnvironment, this);
  napi_add_env_cleanup_hook(env_, CloseEnvironment, this);
  return id;
}

WakeUp* Environment::wake_up(uint32_t id) const { return wake_ups_.Get(id).get(); }

uint32_t Environment::Add(std::shared_ptr<pmem::Mapping> mapping) {
  return mappings_.Add(std::move(mapping));
}

std::shared_ptr<pmem::Mapping> Environment::mapping(uint32_t id) const { return mappings_.Get(id); }

void Environment::RemoveMapping(uint32_t id) { mappings_.Remove(id); }

uint32_t Environment::Add(std::shared_ptr<BttClient> client) {
  return btt_clients_.Add(std::move(client));
}

std::shared_ptr<BttClient> Environment::btt_client(uint32_t id) const {
  return btt_clients_.Get(id);
}

void Environment::RemoveBttClient(uint32_t id) { btt_clients_.Remove(id); }

std::shared_ptr<void> Environment::owner(const void* data) const {
  const auto found = owners_.find(data);
  return found == owners_.end() ? nullptr : found->second.lock();
}

void Environment::Own(const void* data, const std::shared_ptr<void>& owner) {
  // Not each time, which would take the longer the more there are.
  if (owners_.size() >= most_owners_) {
    std::erase_if(owners_, [](const auto& entry) { return entry.second.expired(); });
    most_owners_ = 2 * owners_.size() + 16;
  }
  owners_[data] = owner;
}

void Environment::Close() {
  wake_ups_.ForEach([](WakeUp& wake_up) { wake_up.Close(); });
  engines_.ForEach([this](Engine& engine) { Close(engine); });
  *keep_ = lost_;
  engines_.Clear();
  queues_.Clear();
  btt_clients_.ForEach([this](BttClient& client) {
    // Copies that have not ended, of a device that does not answer, may be of any lane.
    if (lost_) client.device().Retire(client.owner());
  });
  btt_clients_.Clear();
  mappings_.Clear();
  tables_.Clear();
}

}  // namespace datamover::napi
