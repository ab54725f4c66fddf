#pragma once

#include <napi.h>

#include <memory>

#include "engine/completion_signal.h"

namespace datamover::napi {

/// Carries a completion from an engine thread to one environment: to its event loop, or to its
/// thread where that waits itself.
///
/// A thread-safe function wakes the loop. Node may free that at any time after the environment's
/// clean-up began, while engine threads still run; so Close() comes first (the environment's own
/// hook is added after the function's, and hooks run last in, first out), and no thread touches the
/// function after it.
class WakeUp {
 public:
  /// `callback` is called on the environment's thread, once for each sleep.
  WakeUp(Napi::Env env, Napi::Function callback);
  ~WakeUp();

  const std::shared_ptr<engine::CompletionSignal>& signal() const { return signal_; }

  /// Arms the signal; the loop stays alive meanwhile if `keep_alive`.
  void Sleep(bool keep_alive);
  void Awake();
  /// Arms the signal for Block(). The loop is awake from now on, as far as this knows.
  void Arm();
  /// Blocks the thread until a completion, or for so long; returns whether there was one.
  bool Block(double milliseconds);
  void Close();

 private:
  struct Function;

  void KeepAlive(bool keep_alive);

  const napi_env env_;
  const std::shared_ptr<Function> function_;
  const std::shared_ptr<engine::CompletionSignal> signal_;
  bool keeps_alive_ = false;
};

}  // namespace datamover::napi
