#pragma once

#include <napi.h>

namespace datamover::napi {

/// The wire format as this side knows it, under the names that `lib/abi/layout.ts` gives.
Napi::Object Layout(Napi::Env env);

}  // namespace datamover::napi
