#include "engine/pool_thread.h"

#include <memory>
#include <utility>

#if !defined(_WIN32)
#include <signal.h>
#endif

namespace datamover::engine {

PoolThread::PoolThread(Handle handle) : handle_(std::move(handle)) {}

#if defined(_WIN32)

std::optional<PoolThread> PoolThread::Start(std::function<void()> body) {
  return PoolThread(std::thread(std::move(body)));
}

PoolThread::PoolThread(PoolThread&& other) noexcept : handle_(std::move(other.handle_)) {}

PoolThread::~PoolThread() {
  if (handle_.joinable()) handle_.join();
}

#else

namespace {

// Kernels keep nothing large on the stack; the default of 8 MiB would count against limits.
constexpr size_t kStackBytes = 256 * 1024;

/// Blocks signals on the calling thread while it lives; threads started meanwhile inherit that.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t blocked;
    sigfillset(&blocked);
    // Raised by the thread itself: blocked, they would kill the process past every crash handler.
    for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT}) {
      sigdelset(&blocked, own);
    }
    pthread_sigmask(SIG_SETMASK, &blocked, &before_);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_;
};

void* Run(void* argument) {
#if defined(__linux__)
  pthread_setname_np(pthread_self(), "datamover");
#elif defined(__APPLE__)
  pthread_setname_np("datamover");
#endif
  const std::unique_ptr<std::function<void()>> body(static_cast<std::function<void()>*>(argument));
  (*body)();
  return nullptr;
}

}  // namespace

std::optional<PoolThread> PoolThread::Start(std::function<void()> body) {
  auto argument = std::make_unique<std::function<void()>>(std::move(body));
  const BlockedSignals blocked;
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return std::nullopt;
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_t thread;
  const int error = pthread_create(&thread, &attributes, Run, argument.get());
  pthread_attr_destroy(&attributes);
  if (error != 0) return std::nullopt;
  argument.release();
  return PoolThread(thread);
}

PoolThread::PoolThread(PoolThread&& other) noexcept
    : handle_(std::exchange(other.handle_, std::nullopt)) {}

PoolThread::~PoolThread() {
  if (handle_) pthread_join(*handle_, nullptr);
}

#endif

}  // namespace datamover::engine
