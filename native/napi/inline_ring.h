#pragma once

#include <napi.h>

namespace datamover::napi {

/// Adds the function that makes rings of descriptors which are executed on the calling thread.
void ExportInlineRing(Napi::Object exports);

}  // namespace datamover::napi
