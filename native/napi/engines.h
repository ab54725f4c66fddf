#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/completion_signal.h"
#include "engine/provider.h"
#include "engine/thread_pool.h"
#include "napi/job_table.h"

namespace datamover::napi {

/// Executes the jobs of one table. The slots of a submission stand in a ring that JavaScript fills;
/// its size is a power of two and has room for every slot of the table.
class Engine {
 public:
  /// @param provider whose kernels are preferred, or null
  explicit Engine(std::shared_ptr<JobTable> table,
                  std::shared_ptr<engine::Provider> provider = nullptr);
  virtual ~Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  const std::shared_ptr<std::vector<uint32_t>>& ring() const { return ring_; }
  const std::shared_ptr<engine::Provider>& provider() const { return provider_; }

  /// Takes the jobs at `first` and after in the ring; returns how many of the `count` it took.
  virtual uint32_t Submit(uint32_t first, uint32_t count) = 0;
  /// Drops what has not begun and waits for what has; nothing is taken afterwards. False where it
  /// waited in vain for some, so that memory of jobs may still be written.
  virtual bool Close() = 0;
  /// Between these whoever is woken by that signal sleeps, and is to be woken when a job has ended.
  virtual void Watch(const engine::CompletionSignal&) {}
  virtual void Unwatch(const engine::CompletionSignal&) {}

 protected:
  const JobTable& table() const { return *table_; }
  JobTally& tally() const { return *table_->tally(); }
  uint32_t entry(uint32_t position) const { return (*ring_)[position & (ring_->size() - 1)]; }
  /// The descriptor of a job in the ring, or null if what stands there is no slot.
  const abi::Descriptor* At(uint32_t position) const;

 private:
  const std::shared_ptr<JobTable> table_;
  const std::shared_ptr<std::vector<uint32_t>> ring_;
  const std::shared_ptr<engine::Provider> provider_;
};

/// Executes each job during Submit, on the calling thread.
class InlineEngine final : public Engine {
 public:
  using Engine::Engine;
  uint32_t Submit(uint32_t first, uint32_t count) override;
  bool Close() override {
    closed_ = true;
    return true;
  }

 private:
  bool closed_ = false;
};

/// Hands jobs to a thread pool.
class PoolEngine final : public Engine {
 public:
  PoolEngine(std::shared_ptr<JobTable> table, std::shared_ptr<engine::ThreadPool> pool,
             std::shared_ptr<engine::CompletionSignal> signal,
             std::shared_ptr<engine::Provider> provider);
  ~PoolEngine() override { Close(); }
  uint32_t Submit(uint32_t first, uint32_t count) override;
  bool Close() override;

 private:
  const std::shared_ptr<engine::ThreadPool> pool_;
  const std::shared_ptr<engine::ThreadPool::Client> client_;
  std::vector<const abi::Descriptor*> submission_;
};

/// The pool that all environments of the process share: it lives as long as one of them uses it.
std::shared_ptr<engine::ThreadPool> CommonPool(unsigned threads);

}  // namespace datamover::napi
