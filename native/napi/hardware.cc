#include "napi/hardware.h"

#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "napi/arguments.h"
#include "napi/environment.h"
#include "napi/hardware_engine.h"
#include "napi/lent_memory.h"
#include "offload/loopback.h"
#include "portal/work_queue.h"

namespace datamover::napi {

namespace {

using QueuePtr = std::shared_ptr<portal::WorkQueue>;

/// Opens a work queue and has it answer a no-op, both of which may take a while.
class OpenWorker final : public Napi::AsyncWorker {
 public:
  OpenWorker(const Napi::Function& done, portal::QueueSettings settings,
             std::chrono::milliseconds patience)
      : AsyncWorker(done, "datamover"), settings_(std::move(settings)), patience_(patience) {}

  void Execute() override {
    auto opened = portal::WorkQueue::Open(settings_);
    if (const auto* error = std::get_if<portal::OpenError>(&opened)) {
      error_ = *error;
      return;
    }
    queue_ = std::get<QueuePtr>(std::move(opened));
    if (queue_->Probe(patience_)) return;
    error_ = {"probe", queue_->last_error()};
    queue_ = nullptr;
  }

  void OnOK() override {
    const Napi::Env env = Env();
    if (!queue_) {
      Callback().Call({env.Undefined(), Napi::String::New(env, error_.step),
                       Napi::Number::New(env, error_.code)});
      return;
    }
    const bool writes = queue_->submits_by() == portal::SubmitBy::kWrite;
    const uint32_t id = Environment::Of(env).Add(std::move(queue_));
    Callback().Call(
        {Napi::Number::New(env, id), Napi::String::New(env, writes ? "write" : "mmap")});
  }

 private:
  const portal::QueueSettings settings_;
  const std::chrono::milliseconds patience_;
  QueuePtr queue_;
  portal::OpenError error_ = {};
};

void OpenQueue(const Napi::CallbackInfo& info) {
  if (!info[0].IsString() || !info[10].IsFunction()) return;
  portal::QueueSettings settings = {
      .path = info[0].As<Napi::String>().Utf8Value(),
      .dedicated = Flag(info, 1),
      .size = Uint32(info, 2),
      .max_transfer = Uint32(info, 3),
      .max_batch = Uint32(info, 4),
      .batch_by_write = Flag(info, 5),
      .numa_node = static_cast<int>(Int64(info, 6)),
      .priority = Uint32(info, 7),
      .submit_by = static_cast<portal::SubmitBy>(Uint32(info, 8)),
  };
  const std::chrono::milliseconds patience(Uint32(info, 9));
  (new OpenWorker(info[10].As<Napi::Function>(), std::move(settings), patience))->Queue();
}

Napi::Value OpenLoopback(const Napi::CallbackInfo& info) {
  auto queue = offload::Loopback({.size = Uint32(info, 0),
                                  .max_transfer = Uint32(info, 1),
                                  .max_batch = Uint32(info, 2),
                                  .fault_every = Uint32(info, 3)});
  return Napi::Number::New(info.Env(), Environment::Of(info.Env()).Add(std::move(queue)));
}

void CloseQueue(const Napi::CallbackInfo& info) {
  Environment::Of(info.Env()).RemoveQueue(Uint32(info, 0));
}

Napi::Value QueueLost(const Napi::CallbackInfo& info) {
  const QueuePtr queue = Environment::Of(info.Env()).queue(Uint32(info, 0));
  return Napi::Boolean::New(info.Env(), !queue || queue->lost());
}

std::vector<QueuePtr> QueuesOf(const Napi::CallbackInfo& info, size_t index) {
  std::vector<QueuePtr> queues;
  if (!info[index].IsTypedArray()) return queues;
  const auto ids = info[index].As<Napi::Uint32Array>();
  for (size_t i = 0; i < ids.ElementLength(); ++i) {
    if (auto queue = Environment::Of(info.Env()).queue(ids[i])) queues.push_back(std::move(queue));
  }
  return queues;
}

Napi::Value OpenHardware(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Environment& environment = Environment::Of(env);
  const auto table = environment.table(Uint32(info, 0));
  const WakeUp* wake_up = environment.wake_up(Uint32(info, 2));
  if (!table || !wake_up) return env.Undefined();
  const offload::Settings settings = {
      .timeout = std::chrono::milliseconds(Uint32(info, 4)),
      .place = Uint32(info, 5),
      .overlapping = Flag(info, 6),
  };
  auto engine = std::make_unique<HardwareEngine>(table, QueuesOf(info, 1), settings,
                                                 CommonPool(Uint32(info, 3)), wake_up->signal());
  const auto ring = engine->ring();
  const auto claims = engine->claims();
  auto result = Napi::Object::New(env);
  Define(result, "ring", External(env, ring->data(), ring->size() * sizeof(uint32_t), ring));
  Define(result, "claims", External(env, claims->data(), claims->size(), claims));
  Define(result, "id", environment.Add(std::move(engine)));
  return result;
}

/// Null for a number that names no open engine over queues.
offload::Offload* OffloadOf(const Napi::CallbackInfo& info) {
  auto* engine = dynamic_cast<HardwareEngine*>(Environment::Of(info.Env()).engine(Uint32(info, 0)));
  return engine ? engine->offload() : nullptr;
}

void SetQueues(const Napi::CallbackInfo& info) {
  if (offload::Offload* offload = OffloadOf(info)) offload->SetQueues(QueuesOf(info, 1));
}

Napi::Value Resume(const Napi::CallbackInfo& info) {
  offload::Offload* offload = OffloadOf(info);
  return Napi::Boolean::New(info.Env(), offload && offload->Resume(Uint32(info, 1)));
}

Napi::Value Tend(const Napi::CallbackInfo& info) {
  offload::Offload* offload = OffloadOf(info);
  const auto found = offload ? offload->Tend() : offload::Report{};
  const uint32_t bits =
      (found.lost ? 1 : 0) | (found.waits ? 2 : 0) | (found.moved ? 4 : 0) | (found.passed ? 8 : 0);
  return Napi::Number::New(info.Env(), bits);
}

Napi::Value TakeLost(const Napi::CallbackInfo& info) {
  offload::Offload* offload = OffloadOf(info);
  const auto lost = offload ? offload->TakeLost() : std::vector<uint32_t>{};
  auto slots = Napi::Uint32Array::New(info.Env(), lost.size());
  // An environment that is terminating makes none.
  if (slots.IsEmpty()) return info.Env().Undefined();
  for (size_t i = 0; i < lost.size(); ++i) slots[i] = lost[i];
  return slots;
}

Napi::Value CountersOf(const Napi::CallbackInfo& info) {
  const offload::Offload* offload = OffloadOf(info);
  const auto counted = offload ? offload->counters() : offload::Counters{};
  auto counters = Napi::Object::New(info.Env());
  const auto set = [&counters](const char* name, uint64_t value) {
    Define(counters, name, static_cast<double>(value));
  };
  set("descriptors", counted.descriptors);
  set("batches", counted.batches);
  set("members", counted.members);
  set("splits", counted.splits);
  set("refused", counted.refused);
  set("readFaults", counted.read_faults);
  set("writeFaults", counted.write_faults);
  set("continued", counted.continued);
  set("retried", counted.retried);
  set("lost", counted.lost);
  return counters;
}

}  // namespace

void ExportHardware(Napi::Object exports) {
  Export<OpenQueue>(exports, "openQueue");
  Export<OpenLoopback>(exports, "openLoopback");
  Export<CloseQueue>(exports, "closeQueue");
  Export<QueueLost>(exports, "queueLost");
  Export<OpenHardware>(exports, "openHardware");
  Export<SetQueues>(exports, "setQueues");
  Export<Resume>(exports, "resume");
  Export<Tend>(exports, "tend");
  Export<TakeLost>(exports, "takeLost");
  Export<CountersOf>(exports, "counters");
}

}  // namespace datamover::napi
