#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace datamover::device_model {

/// Another process that has the file open, or mapped. A FIFO and a page do not tell who uses them;
/// only one process can.
std::optional<pid_t> FindClient(const std::string& path);

}  // namespace datamover::device_model
