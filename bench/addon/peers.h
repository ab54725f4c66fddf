#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>

namespace bench {

/** `copyAsync(target, source)` and `fillAsync(target, byte)`: promises of jobs on libuv's pool. */
void AddAsyncWorkers(Napi::Env env, Napi::Object exports);

/// The same work written with ISA-L: a CRC-32C; blocks of 512 bytes, a field behind each, with
/// application tag 7 and reference tags from 1 on.
uint32_t IsaLCrc32c(const uint8_t* data, size_t bytes);
void IsaLInsertFields(uint8_t* fields, const uint8_t* data, size_t bytes);
bool IsaLCheckFields(const uint8_t* fields, size_t bytes);

/** Loops over slots, by library and operation: see loops.cc. */
Napi::Object Loops(Napi::Env env);

/** `crc32c(data)`, `insertFields(fields, data)`, `checkFields(fields)`, written with ISA-L. */
Napi::Object IsaL(Napi::Env env);

}  // namespace bench
