#pragma once

#include <filesystem>
#include <string>

#include "device_model/options.h"

namespace datamover::device_model {

/// The files that the kernel and its driver would have made, under the root: `sys/` as sysfs has
/// it, and `dev/dsa/` with the device files.
void MakeTree(const Options& options);

std::filesystem::path DeviceFile(const Options& options, const QueueOptions& queue);

/// Writes the `state` attribute of a queue.
void WriteState(const Options& options, const QueueOptions& queue, const std::string& state);

}  // namespace datamover::device_model
