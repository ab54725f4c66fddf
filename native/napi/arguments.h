#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <string>

// How the functions that JavaScript may call read their arguments, and answer.
namespace datamover::napi {

inline Napi::Number Address(Napi::Env env, const void* memory) {
  return Napi::Number::New(env, static_cast<double>(reinterpret_cast<uintptr_t>(memory)));
}

/// Defines a property of the object's own. To set one would call a setter that a program has put on
/// Object.prototype, and hand it memory that is never to leave the library, or lose a number that
/// names something.
template <typename T>
void Define(Napi::Object object, const char* name, const T& value) {
  const auto made = Napi::Value::From(object.Env(), value);
  object.DefineProperty(Napi::PropertyDescriptor::Value(name, made, napi_default_jsproperty));
}

/// The same of an array's element.
template <typename T>
void Define(Napi::Array array, uint32_t index, const T& value) {
  Define(array, std::to_string(index).c_str(), value);
}

/// Defines a function that JavaScript may call.
template <auto kFunction>
void Export(Napi::Object exports, const char* name) {
  Define(exports, name, Napi::Function::New<kFunction>(exports.Env()));
}

// Plain reads, which unlike coercions do not fail while the environment is terminating.
inline uint32_t Uint32(const Napi::CallbackInfo& info, size_t index) {
  uint32_t value = 0;
  napi_get_value_uint32(info.Env(), info[index], &value);
  return value;
}

inline int64_t Int64(const Napi::CallbackInfo& info, size_t index) {
  int64_t value = 0;
  napi_get_value_int64(info.Env(), info[index], &value);
  return value;
}

inline double Double(const Napi::CallbackInfo& info, size_t index) {
  double value = 0;
  napi_get_value_double(info.Env(), info[index], &value);
  return value;
}

inline bool Flag(const Napi::CallbackInfo& info, size_t index) {
  bool value = false;
  napi_get_value_bool(info.Env(), info[index], &value);
  return value;
}

}  // namespace datamover::napi
