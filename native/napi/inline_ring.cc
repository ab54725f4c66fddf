#include "napi/inline_ring.h"

#include <memory>
#include <utility>

#include "engine/execute.h"
#include "engine/plain.h"
#include "napi/arguments.h"
#include "napi/job_table.h"

namespace datamover::napi {

namespace {

using Shared = std::shared_ptr<JobTable>;

Napi::Value Create(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto table = JobTable::Create(Uint32(info, 0));
  if (!table) return env.Undefined();
  auto result = Napi::Object::New(env);
  result.Set("memory", External(env, table->memory(), table->bytes(), table));
  result.Set("address", static_cast<double>(reinterpret_cast<uintptr_t>(table->memory())));
  auto owner = std::make_unique<Shared>(std::move(table));
  const auto ring =
      Napi::External<Shared>::New(env, owner.get(), [](Napi::Env, Shared* held) { delete held; });
  if (ring.IsEmpty()) return env.Undefined();
  owner.release();
  result.Set("ring", ring);
  return result;
}

void Run(const Napi::CallbackInfo& info) {
  void* owner = nullptr;
  if (napi_get_value_external(info.Env(), info[0], &owner) != napi_ok) return;
  const JobTable& table = **static_cast<Shared*>(owner);
  const uint32_t first = Uint32(info, 1);
  const uint32_t count = Uint32(info, 2);
  for (uint32_t next = 0; next < count; ++next) {
    const abi::Descriptor& job = table.descriptor((first + next) & (table.capacity() - 1));
    if (!engine::ExecutePlain(job)) engine::Complete(job, engine::Execute(job));
  }
}

}  // namespace

void ExportInlineRing(Napi::Env env, Napi::Object exports) {
  exports.Set("createInlineRing", Napi::Function::New<Create>(env));
  exports.Set("runInlineRing", Napi::Function::New<Run>(env));
}

}  // namespace datamover::napi
