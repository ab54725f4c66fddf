#pragma once

#include <napi.h>

#include <map>
#include <memory>

#include "napi/backing_store.h"
#include "napi/btt_client.h"
#include "napi/engines.h"
#include "napi/job_table.h"
#include "napi/numbered.h"
#include "napi/wake_up.h"
#include "pmem/mapping.h"
#include "portal/work_queue.h"

namespace datamover::napi {

/// What one environment (the main thread's or a worker's) has open, by the numbers that JavaScript
/// knows it by; a number is never given twice. When the environment ends, its engines are stopped
/// before its buffers can go.
class Environment {
 public:
  explicit Environment(Napi::Env env) : env_(env) {}
  ~Environment() { Close(); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  static Environment& Of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

  uint32_t Add(std::shared_ptr<JobTable> table);
  uint32_t Add(std::unique_ptr<Engine> engine);
  /// Null for a number that names nothing.
  std::shared_ptr<JobTable> table(uint32_t id) const;
  Engine* engine(uint32_t id) const;
  void RemoveTable(uint32_t id);
  void RemoveEngine(uint32_t id);

  uint32_t Add(std::shared_ptr<portal::WorkQueue> queue);
  std::shared_ptr<portal::WorkQueue> queue(uint32_t id) const;
  void RemoveQueue(uint32_t id);

  /// Around each sleep of a copy of the library, which the wake-up ends.
  void Watch(const WakeUp& wake_up);
  void Unwatch(const WakeUp& wake_up);

  /// A wake-up of this environment's loop; each loaded copy of the library has its own.
  uint32_t AddWakeUp(Napi::Function callback);
  WakeUp* wake_up(uint32_t id) const;

  uint32_t Add(std::shared_ptr<pmem::Mapping> mapping);
  std::shared_ptr<pmem::Mapping> mapping(uint32_t id) const;
  void RemoveMapping(uint32_t id);

  uint32_t Add(std::shared_ptr<BttClient> client);
  std::shared_ptr<BttClient> btt_client(uint32_t id) const;
  void RemoveBttClient(uint32_t id);

  /// Who owns memory that JavaScript got from us, by its address; null for memory of others.
  std::shared_ptr<void> owner(const void* data) const;
  void Own(const void* data, const std::shared_ptr<void>& owner);

  /// True from when the environment ends, where a device may still write memory of its jobs.
  std::shared_ptr<const bool> keep() const { return keep_; }

  HeldMemory& held() { return *held_; }

  void Close();

 private:
  void Close(Engine& engine);

  const Napi::Env env_;
  Numbered<std::shared_ptr<JobTable>> tables_;
  Numbered<std::unique_ptr<Engine>> engines_;
  Numbered<std::shared_ptr<portal::WorkQueue>> queues_;
  Numbered<std::unique_ptr<WakeUp>> wake_ups_;
  Numbered<std::shared_ptr<pmem::Mapping>> mappings_;
  Numbered<std::shared_ptr<BttClient>> btt_clients_;
  std::map<const void*, std::weak_ptr<void>> owners_;
  size_t most_owners_ = 0;  // until those that are no more are looked for
  bool lost_ = false;       // jobs of an engine that was closed had no answer
  const std::shared_ptr<HeldMemory> held_ = std::make_shared<HeldMemory>();
  const std::shared_ptr<bool> keep_ = std::make_shared<bool>(false);
};

}  // namespace datamover::napi
