#include "napi/bus_errors.h"

#if !defined(_WIN32)

#include <dlfcn.h>
#include <signal.h>

#include <cstdlib>
#include <mutex>

namespace datamover::napi {

namespace {

/// The environment that loaded the library may be that of a worker, which would unload it.
void StayLoaded() {
  Dl_info self;
  if (dladdr(reinterpret_cast<void*>(StayLoaded), &self) == 0) return;
  dlopen(self.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}

template <typename Function>
Function Symbol(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

/// libuv, of version 1, as far as Node.js exports it.
struct Uv {
  using Size = size_t (*)();
  using HandleSize = size_t (*)(int type);
  using OfLoop = int (*)(void* loop);
  using SignalInit = int (*)(void* loop, void* handle);
  using SignalStart = int (*)(void* handle, void (*callback)(void* handle, int signal), int signal);

  const Size loop_size = Symbol<Size>("uv_loop_size");
  const HandleSize handle_size = Symbol<HandleSize>("uv_handle_size");
  const OfLoop loop_init = Symbol<OfLoop>("uv_loop_init");
  const OfLoop loop_close = Symbol<OfLoop>("uv_loop_close");
  const SignalInit signal_init = Symbol<SignalInit>("uv_signal_init");
  const SignalStart signal_start = Symbol<SignalStart>("uv_signal_start");
  // Runtimes that are not Node.js may have these names for functions that end the process.
  const bool of_node = Symbol<void*>("_ZN4node5StartEiPPc") != nullptr;

  explicit operator bool() const {
    return of_node && loop_size && handle_size && loop_init && loop_close && signal_init &&
           signal_start;
  }
};

constexpr int kSignalHandle = 16;  // UV_SIGNAL

/// A watcher on a loop of its own, which outlives those of all environments, and never runs.
bool Watch(const Uv& uv) {
  void* const loop = std::calloc(1, uv.loop_size());
  void* const handle = std::calloc(1, uv.handle_size(kSignalHandle));
  if (loop && handle && uv.loop_init(loop) == 0) {
    if (uv.signal_init(loop, handle) == 0) {
      // From here on both are libuv's.
      return uv.signal_start(
                 handle, [](void*, int) {}, SIGBUS) == 0;
    }
    uv.loop_close(loop);
  }
  std::free(loop);
  std::free(handle);
  return false;
}

}  // namespace

void KeepHandlingBusErrors() {
  static std::mutex mutex;
  static bool kept = false;
  const std::lock_guard lock(mutex);
  if (kept) return;
  StayLoaded();
  const Uv uv;
  struct sigaction before;
  if (!uv || sigaction(SIGBUS, nullptr, &before) != 0) return;
  kept = Watch(uv);
  // Signals that are not ours go to whoever handled them before, and not to libuv for its watcher.
  sigaction(SIGBUS, &before, nullptr);
}

}  // namespace datamover::napi

#else

namespace datamover::napi {

void KeepHandlingBusErrors() {}

}  // namespace datamover::napi

#endif
