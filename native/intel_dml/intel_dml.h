#pragma once

#include <memory>

#include "engine/provider.h"

// The software path of Intel's Data Mover Library, where it was installed when this was compiled.
namespace datamover::intel_dml {

/// The library's version, such as "1.1.1"; null: this was compiled without it.
const char* Version();

/// Its kernels, to be counted by themselves; null without the library.
std::shared_ptr<engine::Provider> MakeProvider();

}  // namespace datamover::intel_dml
