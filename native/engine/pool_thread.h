#pragma once

#include <functional>
#include <optional>

#if defined(_WIN32)
#include <thread>
#else
#include <pthread.h>
#endif

namespace datamover::engine {

/// A thread named "datamover" on which the process's signal handlers do not run; joined by its
/// destructor.
class PoolThread {
 public:
  /// Nothing where the system refuses another thread (not on Windows, where that terminates:
  /// std::thread can only throw, and callers may be built without exceptions).
  static std::optional<PoolThread> Start(std::function<void()> body);

  PoolThread(PoolThread&& other) noexcept;
  PoolThread& operator=(PoolThread&&) = delete;
  ~PoolThread();

 private:
#if defined(_WIN32)
  using Handle = std::thread;
#else
  using Handle = std::optional<pthread_t>;
#endif
  explicit PoolThread(Handle handle);

  Handle handle_;
};

}  // namespace datamover::engine
