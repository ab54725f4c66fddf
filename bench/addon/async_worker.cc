// What an addon does that offloads in the usual way.
#include <cstring>
#include <utility>

#include "peers.h"

namespace bench {
namespace {

/** Keeps its buffers alive until its promise is resolved. */
template <typename Work>
class Worker : public Napi::AsyncWorker {
 public:
  Worker(Napi::Env env, Work work, Napi::Array buffers)
      : AsyncWorker(env), work_(work), promise_(env), buffers_(Napi::Persistent(buffers)) {}

  Napi::Promise Promise() const { return promise_.Promise(); }

 protected:
  void Execute() override { work_(); }
  void OnOK() override { promise_.Resolve(Env().Undefined()); }

 private:
  Work work_;
  Napi::Promise::Deferred promise_;
  Napi::Reference<Napi::Array> buffers_;
};

template <typename Work, typename... Buffers>
Napi::Value Queue(Napi::Env env, Work work, Buffers... buffers) {
  auto kept = Napi::Array::New(env);
  uint32_t index = 0;
  (kept.Set(index++, buffers), ...);
  auto* worker = new Worker<Work>(env, std::move(work), kept);
  worker->Queue();
  return worker->Promise();
}

Napi::Value CopyAsync(const Napi::CallbackInfo& info) {
  auto target = info[0].As<Napi::Uint8Array>();
  auto source = info[1].As<Napi::Uint8Array>();
  uint8_t* to = target.Data();
  const uint8_t* from = source.Data();
  const size_t bytes = source.ByteLength();
  return Queue(
      info.Env(), [=] { std::memcpy(to, from, bytes); }, target, source);
}

Napi::Value FillAsync(const Napi::CallbackInfo& info) {
  auto target = info[0].As<Napi::Uint8Array>();
  const int byte = info[1].As<Napi::Number>();
  uint8_t* to = target.Data();
  const size_t bytes = target.ByteLength();
  return Queue(
      info.Env(), [=] { std::memset(to, byte, bytes); }, target);
}

}  // namespace

void AddAsyncWorkers(Napi::Env env, Napi::Object exports) {
  exports.Set("copyAsync", Napi::Function::New(env, CopyAsync, "copyAsync"));
  exports.Set("fillAsync", Napi::Function::New(env, FillAsync, "fillAsync"));
}

}  // namespace bench
