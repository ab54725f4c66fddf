#pragma once

#include <string>

#include "device_model/file.h"

namespace datamover::device_model {

/// A Unix socket that listens; ends the process where the system refuses one.
File Listen(const std::string& path, int type);

}  // namespace datamover::device_model
