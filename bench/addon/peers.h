#pragma once

#include <napi.h>

namespace bench {

/** `copyAsync(target, source)` and `fillAsync(target, byte)`: promises of jobs on libuv's pool. */
void AddAsyncWorkers(Napi::Env env, Napi::Object exports);

/** `crc32c(data)`, `insertFields(fields, data)`, `checkFields(fields)`, written with ISA-L. */
Napi::Object IsaL(Napi::Env env);

}  // namespace bench
