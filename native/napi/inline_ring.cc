#include "napi/inline_ring.h"

#include <memory>
#include <utility>

#include "engine/execute.h"
#include "engine/plain.h"
#include "napi/arguments.h"
#include "napi/environment.h"
#include "napi/job_table.h"
#include "napi/lent_memory.h"

namespace datamover::napi {

namespace {

struct Ring {
  const std::shared_ptr<JobTable> table;
  const std::shared_ptr<JobTally> tally;

  /// Executes as many descriptors as it is told; returns how many are plain ones, and have
  /// succeeded, before the first that is not.
  uint32_t Run(uint32_t first, uint32_t count) {
    const uint32_t mask = table->capacity() - 1;
    uint32_t plain = 0;
    for (uint32_t next = 0; next < count; ++next) {
      const abi::Descriptor& job = table->descriptor((first + next) & mask);
      tally->Add(JobTally::kInline, job);
      if (!engine::ExecutePlain(job)) {
        engine::Complete(job, engine::Execute(job));
      } else if (plain == next) {
        ++plain;
      }
    }
    return plain;
  }
};

Napi::Value Run(const Napi::CallbackInfo& info) {
  const uint32_t plain = static_cast<Ring*>(info.Data())->Run(Uint32(info, 0), Uint32(info, 1));
  return Napi::Number::New(info.Env(), plain);
}

Napi::Value Create(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto table = JobTable::Create(Uint32(info, 0));
  const auto of = Environment::Of(env).table(Uint32(info, 1));
  if (!table) return env.Undefined();
  auto result = Napi::Object::New(env);
  Define(result, "memory", External(env, table->memory(), table->bytes(), table));
  Define(result, "address", Address(env, table->memory()));
  auto tally = of ? of->tally() : table->tally();
  auto ring = std::make_unique<Ring>(Ring{std::move(table), std::move(tally)});
  auto run = Napi::Function::New<Run>(env, "run", ring.get());
  if (run.IsEmpty()) return env.Undefined();
  run.AddFinalizer([](Napi::Env, Ring* owned) { delete owned; }, ring.release());
  Define(result, "run", run);
  return result;
}

}  // namespace

void ExportInlineRing(Napi::Object exports) { Export<Create>(exports, "createInlineRing"); }

}  // namespace datamover::napi
