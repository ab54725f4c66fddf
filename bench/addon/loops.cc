// Loops over the slots of a gathering in one native call: what others' code takes without
// JavaScript.
#include <cstdint>
#include <cstring>

#include "peers.h"

#if defined(BENCH_DML)
#include "engine/execute.h"
#include "intel_dml/run.h"
#endif

namespace bench {
namespace {

/// A slot of one buffer.
struct Slot {
  uint8_t* data;
  size_t bytes;
};

uint32_t Copy(Slot target, Slot source) {
  std::memcpy(target.data, source.data, source.bytes);
  return 0;
}

uint32_t Fill(Slot target, Slot) {
  std::memset(target.data, 7, target.bytes);
  return 0;
}

uint32_t Compare(Slot a, Slot b) { return std::memcmp(a.data, b.data, a.bytes) != 0; }

#if defined(BENCH_ISA_L)
uint32_t Crc32c(Slot source, Slot) { return IsaLCrc32c(source.data, source.bytes); }

uint32_t InsertFields(Slot fields, Slot data) {
  IsaLInsertFields(fields.data, data.data, data.bytes);
  return 0;
}

uint32_t CheckFields(Slot fields, Slot) { return IsaLCheckFields(fields.data, fields.bytes); }
#endif

/// (a, bytes of a slot of it, b, bytes of a slot of it, first, count) => what the last one gave.
/// Behind the last slot comes the first.
template <uint32_t (*kOne)(Slot, Slot)>
Napi::Value Loop(const Napi::CallbackInfo& info) {
  auto a = info[0].As<Napi::Uint8Array>();
  auto b = info[2].As<Napi::Uint8Array>();
  const auto number = [&](size_t at) {
    return static_cast<size_t>(info[at].As<Napi::Number>().Int64Value());
  };
  Slot first{a.Data(), number(1)};
  Slot second{b.Data(), number(3)};
  const size_t slots = first.bytes == 0 ? 1 : a.ByteLength() / first.bytes;
  // Volatile, so that each is done.
  volatile uint32_t result = 0;
  for (size_t next = number(4), end = next + number(5); next < end; ++next) {
    const size_t slot = next % slots;
    result = kOne({first.data + slot * first.bytes, first.bytes},
                  {second.data + slot * second.bytes, second.bytes});
  }
  return Napi::Number::New(info.Env(), result);
}

#if defined(BENCH_DML)
/// (memory that begins with descriptors, the first of them, how many) => whether DML executed all.
Napi::Value ExecuteByDml(const Napi::CallbackInfo& info) {
  namespace dm = datamover;
  const auto* descriptors =
      static_cast<const dm::abi::Descriptor*>(info[0].As<Napi::ArrayBuffer>().Data());
  const uint32_t first = info[1].As<Napi::Number>().Uint32Value();
  const uint32_t count = info[2].As<Napi::Number>().Uint32Value();
  for (uint32_t next = first; next < first + count; ++next) {
    const auto record = dm::intel_dml::Run(descriptors[next]);
    if (!record) return Napi::Boolean::New(info.Env(), false);
    dm::engine::Complete(descriptors[next], *record);
  }
  return Napi::Boolean::New(info.Env(), true);
}
#endif

}  // namespace

Napi::Object Loops(Napi::Env env) {
  auto library = Napi::Object::New(env);
  library.Set("copy", Napi::Function::New(env, Loop<Copy>, "copy"));
  library.Set("fill", Napi::Function::New(env, Loop<Fill>, "fill"));
  library.Set("compare", Napi::Function::New(env, Loop<Compare>, "compare"));
  auto exports = Napi::Object::New(env);
  exports.Set("libc", library);
#if defined(BENCH_ISA_L)
  auto isa_l = Napi::Object::New(env);
  isa_l.Set("crc32c", Napi::Function::New(env, Loop<Crc32c>, "crc32c"));
  isa_l.Set("dif.insert", Napi::Function::New(env, Loop<InsertFields>, "insertFields"));
  isa_l.Set("dif.check", Napi::Function::New(env, Loop<CheckFields>, "checkFields"));
  exports.Set("isaL", isa_l);
#endif
#if defined(BENCH_DML)
  exports.Set("executeByDml", Napi::Function::New(env, ExecuteByDml, "executeByDml"));
#endif
  return exports;
}

}  // namespace bench
