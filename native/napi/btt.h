#pragma once

#include <napi.h>

namespace datamover::napi {

/// Adds the functions that work on block devices over mappings.
void ExportBtt(Napi::Object exports);

}  // namespace datamover::napi
