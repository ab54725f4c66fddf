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
  return Napi::Number::New(info.Env(), IsaLCrc32c(data.Data(), data.ByteLength()));
}

Napi::Value InsertFields(const Napi::CallbackInfo& info) {
  auto fields = info[0].As<Napi::Uint8Array>();
  auto data = info[1].As<Napi::Uint8Array>();
  IsaLInsertFields(fields.Data(), data.Data(), data.ByteLength());
  return info.Env().Undefined();
}

Napi::Value CheckFields(const Napi::CallbackInfo& info) {
  auto fields = info[0].As<Napi::Uint8Array>();
  return Napi::Boolean::New(info.Env(), IsaLCheckFields(fields.Data(), fields.ByteLength()));
}

}  // namespace

uint32_t IsaLCrc32c(const uint8_t* data, size_t bytes) {
  return ~crc32_iscsi(const_cast<uint8_t*>(data), static_cast<int>(bytes), ~0u);
}

void IsaLInsertFields(uint8_t* fields, const uint8_t* data, size_t bytes) {
  uint32_t reference = kRefTag;
  for (const auto* end = data + bytes; data != end; data += kBlock) {
    std::memcpy(fields, data, kBlock);
    fields += kBlock;
    StoreBigEndian(fields, crc16_t10dif(0, data, kBlock), 2);
    StoreBigEndian(fields + 2, kAppTag, 2);
    StoreBigEndian(fields + 4, reference++, 4);
    fields += kField;
  }
}

bool IsaLCheckFields(const uint8_t* fields, size_t bytes) {
  uint32_t reference = kRefTag;
  for (const auto* end = fields + bytes; fields != end; fields += kBlock + kField) {
    const auto* field = fields + kBlock;
    if (LoadBigEndian(field, 2) != crc16_t10dif(0, fields, kBlock) ||
        LoadBigEndian(field + 2, 2) != kAppTag || LoadBigEndian(field + 4, 4) != reference++) {
      return false;
    }
  }
  return true;
}

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
