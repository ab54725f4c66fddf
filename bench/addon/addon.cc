// Native peers of the benchmarks. No part of the package.
#include "peers.h"

namespace {

napi_value Empty(napi_env, napi_callback_info) { return nullptr; }

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  napi_value empty;
  napi_create_function(env, "empty", NAPI_AUTO_LENGTH, Empty, nullptr, &empty);
  exports.Set("empty", empty);
  bench::AddAsyncWorkers(env, exports);
  exports.Set("loops", bench::Loops(env));
#ifdef BENCH_ISA_L
  exports.Set("isaL", bench::IsaL(env));
#endif
  return exports;
}

}  // namespace

NODE_API_MODULE(bench, Init)
