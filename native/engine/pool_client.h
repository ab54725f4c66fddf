#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "abi/descriptor.h"
#include "engine/completion_signal.h"
#include "engine/provider.h"
#include "engine/thread_pool.h"

namespace datamover::engine {

/// The jobs of one client between two of its drains.
struct Cohort {
  ThreadPool::Client* client;
  size_t unfinished = 0;
  // Falls due when none is unfinished. It is itself counted among the next cohort's jobs.
  const abi::Descriptor* drain = nullptr;
};

/// A descriptor waiting for a thread.
struct Job {
  const abi::Descriptor* descriptor;
  Cohort* cohort;
  uint64_t cost;  // as of Cost(): kept here, as the descriptor is likely in another CPU's cache

  ThreadPool::Client& client() const { return *cohort->client; }
};

/// Time that the descriptor will take, in bytes that could be moved meanwhile.
uint64_t Cost(const abi::Descriptor& descriptor);

/// What a thread does between two looks at the queue: some 6 us, about the price of waking another.
/// Jobs that cost more are executed alone.
inline constexpr uint64_t kGroupCost = 64 * 1024;

/// One client's accounts. All but Notify() and provider() is guarded by the pool's mutex.
class ThreadPool::Client {
 public:
  Client(std::shared_ptr<CompletionSignal> signal, std::shared_ptr<Provider> provider);

  bool attached() const { return attached_; }
  void Notify() { signal_->Notify(); }
  /// Whose kernels are preferred, or null.
  Provider* provider() const { return provider_.get(); }

  /// The job to queue for a new descriptor, or nothing where it is a drain that has to wait.
  std::optional<Job> Admit(const abi::Descriptor& descriptor);
  /// Accounts for a job whose record is published; returns the drain that waited for it, if any.
  std::optional<Job> Finish(Cohort& cohort);

  /// Around each use of the client's memory, be it for a job or a part of one.
  void Enter() { ++users_; }
  void Leave();
  /// Returns once nobody uses the client's memory. No drain falls due any more.
  void Detach(std::unique_lock<std::mutex>& lock);

 private:
  std::shared_ptr<CompletionSignal> signal_;
  const std::shared_ptr<Provider> provider_;
  // The oldest first, never empty; jobs point to them, which a deque's ends leave in place.
  std::deque<Cohort> cohorts_;
  size_t users_ = 0;
  bool attached_ = true;
  std::condition_variable unused_;
};

}  // namespace datamover::engine
