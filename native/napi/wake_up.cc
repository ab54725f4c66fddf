#include "napi/wake_up.h"

#include <algorithm>
#include <chrono>
#include <mutex>

namespace datamover::napi {

/// Shared with engine threads; null once closed.
struct WakeUp::Function {
  std::mutex mutex;
  napi_threadsafe_function handle = nullptr;

  void Call() {
    const std::lock_guard lock(mutex);
    if (handle) napi_call_threadsafe_function(handle, nullptr, napi_tsfn_nonblocking);
  }
};

namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

// A century: longer than anybody waits, and still a time that the clock's 64 bits can hold.
constexpr Milliseconds kForever = std::chrono::hours(100 * 365 * 24);

/// At the end of an environment it is called without one, to free data; there is none.
void CallBack(napi_env env, napi_value callback, void*, void*) {
  if (env == nullptr || callback == nullptr) return;
  napi_value receiver = nullptr;
  if (napi_get_undefined(env, &receiver) != napi_ok) return;
  napi_call_function(env, receiver, callback, 0, nullptr, nullptr);
}

}  // namespace

WakeUp::WakeUp(Napi::Env env, Napi::Function callback)
    : env_(env),
      function_(std::make_shared<Function>()),
      signal_(std::make_shared<engine::CompletionSignal>(
          [function = function_] { function->Call(); })) {
  const auto name = Napi::String::New(env, "datamover");
  const napi_status status = napi_create_threadsafe_function(
      env, callback, nullptr, name, 0, 1, nullptr, nullptr, nullptr, CallBack, &function_->handle);
  if (status != napi_ok) function_->handle = nullptr;
  if (function_->handle) napi_unref_threadsafe_function(env, function_->handle);
}

WakeUp::~WakeUp() { Close(); }

void WakeUp::Sleep(bool keep_alive) {
  KeepAlive(keep_alive);
  signal_->Sleep();
}

void WakeUp::Awake() {
  signal_->Awake();
  KeepAlive(false);
}

void WakeUp::Arm() {
  KeepAlive(false);
  signal_->Arm();
}

bool WakeUp::Block(double milliseconds) {
  // NaN is not greater than 0.
  const Milliseconds time(milliseconds > 0 ? milliseconds : 0);
  return signal_->Block(std::chrono::ceil<std::chrono::nanoseconds>(std::min(time, kForever)));
}

void WakeUp::Close() {
  const std::lock_guard lock(function_->mutex);
  function_->handle = nullptr;
}

void WakeUp::KeepAlive(bool keep_alive) {
  if (keep_alive == keeps_alive_ || !function_->handle) return;
  keeps_alive_ = keep_alive;
  if (keep_alive) {
    napi_ref_threadsafe_function(env_, function_->handle);
  } else {
    napi_unref_threadsafe_function(env_, function_->handle);
  }
}

}  // namespace datamover::napi
