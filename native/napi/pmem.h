#pragma once

#include <napi.h>

namespace datamover::napi {

/// What JavaScript may call about mapped files.
void ExportPmem(Napi::Object exports);

}  // namespace datamover::napi
