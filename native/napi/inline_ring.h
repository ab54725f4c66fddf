#pragma once

#include <napi.h>

namespace datamover::napi {

/// The functions on rings of descriptors that are executed on the calling thread, without an engine.
void ExportInlineRing(Napi::Env env, Napi::Object exports);

}  // namespace datamover::napi
