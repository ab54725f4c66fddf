#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "abi/descriptor.h"
#include "engine/completion_signal.h"
#include "engine/provider.h"

namespace datamover::engine {

/// Threads of our own that execute descriptors. One pool serves any number of clients.
///
/// No order holds between jobs, except that a drain completes after everything that its client
/// submitted before it; jobs behind a drain are not held up. Jobs are begun in the order of their
/// arrival, whoever submitted them. A job too large for one thread is executed in parts by several,
/// with one record as if by one.
class ThreadPool {
 public:
  /// The jobs of one submitter: they complete to one signal and are cancelled together.
  class Client;

  /// Threads start at the first submission. With 0, or where the system refuses to start even one,
  /// Submit executes the jobs itself.
  explicit ThreadPool(unsigned threads);
  /// Executes what is queued, then joins. Clients are detached before or, at least, still alive.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  unsigned threads() const;

  /// The signal is notified after records were published: once for a group of small jobs, at once
  /// after a long one. A provider's kernels are preferred for this client's jobs.
  std::shared_ptr<Client> Attach(std::shared_ptr<CompletionSignal> signal,
                                 std::shared_ptr<Provider> provider = nullptr);
  /// Drops the client's jobs that no thread has begun (their records stay pending) and returns
  /// once the begun ones are finished: from then on the pool touches none of its memory. A large
  /// job of which parts were dropped stays pending, too. Idempotent.
  void Detach(const std::shared_ptr<Client>& client);

  /// Queues the jobs; descriptors and their records must stay valid until they complete or the
  /// client is detached. Waits for no job while there are threads. After Detach nothing is queued.
  /// A client's Submit and Detach are called by one thread at a time; it outlives its jobs.
  void Submit(const std::shared_ptr<Client>& client,
              std::span<const abi::Descriptor* const> descriptors);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace datamover::engine
