#include "napi/pmem.h"

#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "napi/arguments.h"
#include "napi/bus_errors.h"
#include "napi/environment.h"
#include "napi/lent_memory.h"
#include "pmem/mapping.h"

namespace datamover::napi {

namespace {

using MappingPtr = std::shared_ptr<pmem::Mapping>;

MappingPtr MappingOf(const Napi::CallbackInfo& info) {
  return Environment::Of(info.Env()).mapping(Uint32(info, 0));
}

std::optional<pmem::Granularity> Forced(int64_t granularity) {
  if (granularity < 0) return std::nullopt;
  return static_cast<pmem::Granularity>(granularity);
}

Napi::Value Map(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  KeepHandlingBusErrors();
  auto made = pmem::Mapping::Create({
      .fd = static_cast<int>(Int64(info, 0)),
      .bytes = static_cast<size_t>(Int64(info, 1)),
      .unit = static_cast<size_t>(Int64(info, 2)),
      .shared = Flag(info, 3),
      .device = Flag(info, 4),
      .auto_flush = Flag(info, 5),
      .forced = Forced(Int64(info, 6)),
  });
  auto result = Napi::Object::New(env);
  if (const auto* error = std::get_if<pmem::MapError>(&made)) {
    Define(result, "step", error->step);
    Define(result, "errno", error->code);
    return result;
  }
  const auto mapping = std::get<MappingPtr>(std::move(made));
  const auto bytes = mapping->bytes();
  const auto memory = External(env, bytes.data(), bytes.size(), mapping);
  if (memory.IsUndefined()) return memory;
  Environment& environment = Environment::Of(env);
  environment.Own(bytes.data(), mapping);
  Define(result, "memory", memory);
  Define(result, "granularity", static_cast<uint32_t>(mapping->granularity()));
  Define(result, "flushing", static_cast<uint32_t>(mapping->flushing()));
  Define(result, "sync", mapping->sync());
  Define(result, "id", environment.Add(mapping));
  return result;
}

void Forget(const Napi::CallbackInfo& info) {
  Environment::Of(info.Env()).RemoveMapping(Uint32(info, 0));
}

void Unmap(const Napi::CallbackInfo& info) {
  if (const MappingPtr mapping = MappingOf(info)) mapping->Close();
  Environment::Of(info.Env()).RemoveMapping(Uint32(info, 0));
  if (info[1].IsArrayBuffer()) napi_detach_arraybuffer(info.Env(), info[1]);
}

Napi::Value Held(const Napi::CallbackInfo& info) {
  const MappingPtr mapping = MappingOf(info);
  const size_t held = mapping ? mapping->Held() : 0;
  return Napi::Number::New(info.Env(), static_cast<double>(held));
}

/// The part of the mapping that the second and third argument name; empty if it does not lie
/// inside.
std::span<uint8_t> RangeOf(const Napi::CallbackInfo& info, const pmem::Mapping& mapping) {
  const auto offset = static_cast<uint64_t>(Int64(info, 1));
  const auto bytes = static_cast<uint64_t>(Int64(info, 2));
  const uint64_t size = mapping.bytes().size();
  if (offset > size || bytes > size - offset) return {};
  return mapping.bytes().subspan(offset, bytes);
}

Napi::Value Flush(const Napi::CallbackInfo& info) {
  const MappingPtr mapping = MappingOf(info);
  if (!mapping) return info.Env().Undefined();
  const auto range = RangeOf(info, *mapping);
  return Napi::Number::New(info.Env(), mapping->persistence().Flush(range.data(), range.size()));
}

Napi::Value Drain(const Napi::CallbackInfo& info) {
  const MappingPtr mapping = MappingOf(info);
  if (!mapping) return info.Env().Undefined();
  return Napi::Number::New(info.Env(), mapping->persistence().Drain());
}

class SyncWorker final : public Napi::AsyncWorker {
 public:
  SyncWorker(const Napi::Function& done, MappingPtr mapping, std::span<uint8_t> range)
      : AsyncWorker(done, "datamover"), mapping_(std::move(mapping)), range_(range) {}

  void Execute() override { error_ = mapping_->SyncFile(range_); }
  void OnOK() override { Callback().Call({Napi::Number::New(Env(), error_)}); }

 private:
  const MappingPtr mapping_;
  const std::span<uint8_t> range_;
  int error_ = 0;
};

void Sync(const Napi::CallbackInfo& info) {
  MappingPtr mapping = MappingOf(info);
  if (!mapping || !info[3].IsFunction()) return;
  const auto range = RangeOf(info, *mapping);
  (new SyncWorker(info[3].As<Napi::Function>(), std::move(mapping), range))->Queue();
}

}  // namespace

void ExportPmem(Napi::Object exports) {
  Export<Map>(exports, "pmemMap");
  Export<Forget>(exports, "pmemForget");
  Export<Unmap>(exports, "pmemUnmap");
  Export<Held>(exports, "pmemHeld");
  Export<Flush>(exports, "pmemFlush");
  Export<Drain>(exports, "pmemDrain");
  Export<Sync>(exports, "pmemSync");
}

}  // namespace datamover::napi
