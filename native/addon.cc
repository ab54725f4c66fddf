#include <napi.h>

#include <utility>

#include "engine/kernels.h"
#include "intel_dml/intel_dml.h"
#include "memory/allocation.h"
#include "napi/arguments.h"
#include "napi/btt.h"
#include "napi/environment.h"
#include "napi/hardware.h"
#include "napi/inline_ring.h"
#include "napi/layout.h"
#include "napi/lent_memory.h"
#include "napi/pmem.h"

// What JavaScript may call; `Addon` in lib/addon.ts describes each. Numbers go in and out; wrong
// ones are answered with undefined or 0, since the TypeScript side has checked them and makes all
// errors that users see.
namespace datamover::napi {

namespace {

Napi::Value AddressOf(const Napi::CallbackInfo& info) {
  if (!info[0].IsTypedArray()) return info.Env().Undefined();
  const auto view = info[0].As<Napi::Uint8Array>();
  return Address(info.Env(), view.Data());
}

Napi::Value Hold(const Napi::CallbackInfo& info) {
  if (!info[0].IsTypedArray()) return info.Env().Undefined();
  const auto view = info[0].As<Napi::TypedArray>();
  Napi::ArrayBuffer buffer = view.ArrayBuffer();
  Environment& environment = Environment::Of(info.Env());
  // Ours is never shared.
  auto owner = buffer.IsArrayBuffer() ? environment.owner(buffer.Data()) : nullptr;
  return environment.held().Hold(info.Env(), view, std::move(owner), environment.keep());
}

Napi::Value CreateTable(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto table = JobTable::Create(Uint32(info, 0));
  if (!table) return env.Undefined();
  auto result = Napi::Object::New(env);
  Define(result, "memory", External(env, table->memory(), table->bytes(), table));
  Define(result, "address", Address(env, table->memory()));
  Define(result, "tally", External(env, table->tally()->counts.data(), sizeof(JobTally), table));
  Define(result, "id", Environment::Of(env).Add(table));
  return result;
}

void CloseTable(const Napi::CallbackInfo& info) {
  Environment::Of(info.Env()).RemoveTable(Uint32(info, 0));
}

Napi::Value OpenEngine(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Environment& environment = Environment::Of(env);
  const auto table = environment.table(Uint32(info, 0));
  const uint32_t threads = Uint32(info, 1);
  const WakeUp* wake_up = environment.wake_up(Uint32(info, 3));
  const auto provider = Flag(info, 4) ? intel_dml::MakeProvider() : nullptr;
  if (!table || (threads > 0 && !wake_up)) return env.Undefined();
  std::unique_ptr<Engine> engine;
  if (threads == 0) {
    engine = std::make_unique<InlineEngine>(table, provider);
  } else {
    auto pool = Flag(info, 2) ? CommonPool(threads) : std::make_shared<engine::ThreadPool>(threads);
    engine = std::make_unique<PoolEngine>(table, std::move(pool), wake_up->signal(), provider);
  }
  const auto ring = engine->ring();
  auto result = Napi::Object::New(env);
  Define(result, "ring", External(env, ring->data(), ring->size() * sizeof(uint32_t), ring));
  Define(result, "id", environment.Add(std::move(engine)));
  return result;
}

Napi::Value Submit(const Napi::CallbackInfo& info) {
  Engine* engine = Environment::Of(info.Env()).engine(Uint32(info, 0));
  const uint32_t taken = engine ? engine->Submit(Uint32(info, 1), Uint32(info, 2)) : 0;
  return Napi::Number::New(info.Env(), taken);
}

Napi::Value ExecutedByProvider(const Napi::CallbackInfo& info) {
  const Engine* engine = Environment::Of(info.Env()).engine(Uint32(info, 0));
  const uint64_t executed = engine && engine->provider() ? engine->provider()->executed.load() : 0;
  return Napi::Number::New(info.Env(), static_cast<double>(executed));
}

void CloseEngine(const Napi::CallbackInfo& info) {
  Environment::Of(info.Env()).RemoveEngine(Uint32(info, 0));
}

Napi::Value OnWake(const Napi::CallbackInfo& info) {
  if (!info[0].IsFunction()) return info.Env().Undefined();
  const uint32_t id = Environment::Of(info.Env()).AddWakeUp(info[0].As<Napi::Function>());
  return Napi::Number::New(info.Env(), id);
}

void Sleep(const Napi::CallbackInfo& info) {
  WakeUp* wake_up = Environment::Of(info.Env()).wake_up(Uint32(info, 0));
  if (!wake_up) return;
  wake_up->Sleep(Flag(info, 1));
  Environment::Of(info.Env()).Watch(*wake_up);
}

void Awake(const Napi::CallbackInfo& info) {
  WakeUp* wake_up = Environment::Of(info.Env()).wake_up(Uint32(info, 0));
  if (!wake_up) return;
  wake_up->Awake();
  Environment::Of(info.Env()).Unwatch(*wake_up);
}

void Arm(const Napi::CallbackInfo& info) {
  WakeUp* wake_up = Environment::Of(info.Env()).wake_up(Uint32(info, 0));
  if (!wake_up) return;
  wake_up->Arm();
  Environment::Of(info.Env()).Watch(*wake_up);
}

Napi::Value Block(const Napi::CallbackInfo& info) {
  WakeUp* wake_up = Environment::Of(info.Env()).wake_up(Uint32(info, 0));
  return Napi::Boolean::New(info.Env(), wake_up && wake_up->Block(Double(info, 1)));
}

Napi::Value Allocate(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto made = memory::Allocation::Create({
      .bytes = static_cast<size_t>(Int64(info, 0)),
      .alignment = static_cast<size_t>(Int64(info, 1)),
      .huge_pages = static_cast<memory::HugePages>(Uint32(info, 2)),
      .numa_node = static_cast<int>(Int64(info, 3)),
      .prefault = Flag(info, 4),
      .lock = Flag(info, 5),
  });
  if (const auto* error = std::get_if<memory::AllocationError>(&made)) {
    auto refusal = Napi::Object::New(env);
    Define(refusal, "step", memory::StepName(error->step));
    Define(refusal, "errno", error->code);
    return refusal;
  }
  auto owner = std::make_shared<memory::Allocation>(std::get<memory::Allocation>(std::move(made)));
  const auto bytes = owner->bytes();
  Environment::Of(env).Own(bytes.data(), owner);
  return External(env, bytes.data(), bytes.size(), std::move(owner));
}

Napi::Object Kernels(Napi::Env env) {
  auto kernels = Napi::Object::New(env);
  Define(kernels, "vectors", engine::VectorsImplementation());
  Define(kernels, "crc32c", engine::Crc32cImplementation());
  Define(kernels, "flush", engine::FlushImplementation());
  return kernels;
}

Napi::Object Initialize(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new Environment(env));
  Define(exports, "layout", Layout(env));
  Define(exports, "kernels", Kernels(env));
  if (intel_dml::Version()) Define(exports, "intelDml", intel_dml::Version());
  Export<AddressOf>(exports, "addressOf");
  Export<Hold>(exports, "hold");
  Export<CreateTable>(exports, "createTable");
  Export<CloseTable>(exports, "closeTable");
  Export<OpenEngine>(exports, "openEngine");
  Export<Submit>(exports, "submit");
  Export<ExecutedByProvider>(exports, "executedByProvider");
  Export<CloseEngine>(exports, "closeEngine");
  Export<OnWake>(exports, "onWake");
  Export<Sleep>(exports, "sleep");
  Export<Awake>(exports, "awake");
  Export<Arm>(exports, "arm");
  Export<Block>(exports, "block");
  Export<Allocate>(exports, "allocate");
  ExportHardware(exports);
  ExportInlineRing(exports);
  ExportPmem(exports);
  ExportBtt(exports);
  return exports;
}

}  // namespace

}  // namespace datamover::napi

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  return datamover::napi::Initialize(env, exports);
}

NODE_API_MODULE(datamover, Init)
