// The same work written with ISA-L: a block of data at a time, its field behind it.
#include <isa-l.h>

#include <cstring>
#include <string>

#include "peers.h"

namespace bench {
namespace {

constexpr size_t kBlock = 512;
constexpr size_t kField = 8;
constexpr uint16_t kAppTag = 7;
constexpr uint32_t kRefTag = 1;

void StoreBigEndian(uint8_t* at, uint32_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i, value >>= 8) at[i] = static_cast<uint8_t>(value);
}

uint32_t LoadBigEndian(const uint8_t* at, int bytes) {
  uint32_t value = 0;
  for (int i = 0; i < bytes; ++i) value = value << 8 | at[i];
  return value;
}

Napi::Value Crc32c(const Napi::CallbackInfo& info) {
  auto data = info[0].As<Napi::Uint8Array>();
  const auto crc = crc32_iscsi(data.Data(), static_cast<int>(data.ByteLength()), ~0u);
  return Napi::Number::New(info.Env(), ~crc);
}

Napi::Value InsertFields(const Napi::CallbackInfo& info) {
  auto fields = info[0].As<Napi::Uint8Array>();
  auto data = info[1].As<Napi::Uint8Array>();
  auto* to = fields.Data();
  const auto* from = data.Data();
  uint32_t reference = kRefTag;
  for (const auto* end = from + data.ByteLength(); from != end; from += kBlock) {
    std::memcpy(to, from, kBlock);
    to += kBlock;
    StoreBigEndian(to, crc16_t10dif(0, from, kBlock), 2);
    StoreBigEndian(to + 2, kAppTag, 2);
    StoreBigEndian(to + 4, reference++, 4);
    to += kField;
  }
  return info.Env().Undefined();
}

Napi::Value CheckFields(const Napi::CallbackInfo& info) {
  auto fields = info[0].As<Napi::Uint8Array>();
  const auto* at = fields.Data();
  uint32_t reference = kRefTag;
  bool good = true;
  for (const auto* end = at + fields.ByteLength(); good && at != end; at += kBlock + kField) {
    const auto* field = at + kBlock;
    good = LoadBigEndian(field, 2) == crc16_t10dif(0, at, kBlock) &&
           LoadBigEndian(field + 2, 2) == kAppTag && LoadBigEndian(field + 4, 4) == reference++;
  }
  return Napi::Boolean::New(info.Env(), good);
}

}  // namespace

Napi::Object IsaL(Napi::Env env) {
  auto exports = Napi::Object::New(env);
  exports.Set("crc32c", Napi::Function::New(env, Crc32c, "crc32c"));
  exports.Set("insertFields", Napi::Function::New(env, InsertFields, "insertFields"));
  exports.Set("checkFields", Napi::Function::New(env, CheckFields, "checkFields"));
  const auto version = std::to_string(ISAL_MAJOR_VERSION) + "." +
                       std::to_string(ISAL_MINOR_VERSION) + "." +
                       std::to_string(ISAL_PATCH_VERSION);
  exports.Set("version", version);
  return exports;
}

}  // namespace bench
