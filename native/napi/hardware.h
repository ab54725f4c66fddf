#pragma once

#include <napi.h>

namespace datamover::napi {

/// Adds what concerns work queues to what JavaScript may call.
void ExportHardware(Napi::Object exports);

}  // namespace datamover::napi
