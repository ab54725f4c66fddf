#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "abi/descriptor.h"
#include "engine/completion_signal.h"

namespace datamover::engine {

/// Threads of our own that execute descriptors. One pool serves any number of clients.
///
/// No order holds between jobs, except that a drain completes after everything that its client
/// submitted before it. A job too large for one thread is executed in parts by several, with one
/// record as if by one.
class ThreadPool {
 public:
  /// The jobs of one submitter: they complete to one signal and are cancelled together.
  class Client;

  /// Threads start at the first submission. `threads` is at least 1.
  explicit ThreadPool(unsigned threads);
  /// Executes what is queued, then joins. No client may be left.
  ~ThreadPool();

  unsigned threads() const;

  std::shared_ptr<Client> Attach(std::shared_ptr<CompletionSignal> signal);
  /// Drops the client's jobs that no thread has begun (their records stay pending) and returns
  /// once the begun ones are finished: from then on the pool touches none of its memory.
  void Detach(const std::shared_ptr<Client>& client);

  /// Queues the jobs; descriptors and their records must stay valid until they complete or the
  /// client is detached. Never blocks on a job. After Detach nothing is queued.
  void Submit(const std::shared_ptr<Client>& client,
              std::span<const abi::Descriptor* const> descriptors);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace datamover::engine
