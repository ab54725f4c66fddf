#pragma once

#include <filesystem>
#include <string>

#include "device_model/options.h"

namespace datamover::device_model {

/// The files that the kernel and its driver would have made, under the root: `sys/` as sysfs has
/// it, and `dev/dsa/` with the device files.
void MakeTree(const Options& options);

std::filesystem::path DeviceFile(const Options& options, const QueueOptions& queue);

// Attributes that change. Who reads one of them sees its old or its new value.

/// Enabled, a queue is bound to its driver.
void WriteState(const Options& options, const QueueOptions& queue, const std::string& state);
/// How often it is open.
void WriteClients(const Options& options, const QueueOptions& queue, uint32_t clients);
/// The software error register of a device.
void WriteErrors(const Options& options, uint32_t device, const std::string& errors);

}  // namespace datamover::device_model
