#include "device_model/sysfs_tree.h"

#include <sys/stat.h>

#include <cstdio>
#include <fstream>

// Attributes and their forms are those of drivers/dma/idxd/sysfs.c.
namespace datamover::device_model {

namespace fs = std::filesystem;

namespace {

constexpr uint32_t kVersion2 = 0x200;
constexpr char kPci[] = "sys/devices/pci0000:6a/0000:6a:01.0";

void WriteFile(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

/// An attribute, with the newline that ends every one.
void Attribute(const fs::path& directory, const std::string& name, const std::string& value) {
  WriteFile(directory / name, value + "\n");
}

/// The same of one that may be read at any time.
void Replace(const Options& options, const fs::path& path, const std::string& value) {
  const fs::path fresh = fs::path(options.root) / "attribute";
  WriteFile(fresh, value + "\n");
  fs::rename(fresh, path);
}

std::string Text(int64_t value) { return std::to_string(value); }

std::string Hex(uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "%#llx", static_cast<unsigned long long>(value));
  return text;
}

/// The driver hides batches where it does not take them by write(2).
std::string Operations(const DeviceOptions& device) {
  return std::string("00000000,00000000,00000000,00000000,00000000,00000000,00000001,") +
         (device.version < kVersion2 ? "003f03fd" : "003f03ff");
}

fs::path DeviceDirectory(const Options& options, uint32_t device) {
  return fs::path(options.root) / kPci / ("dsa" + std::to_string(device));
}

/// Into sys/bus/dsa/devices, where tools begin.
void Link(const Options& options, const fs::path& directory) {
  const fs::path bus = fs::path(options.root) / "sys/bus/dsa/devices";
  const fs::path link = bus / directory.filename();
  fs::create_directories(bus);
  fs::remove(link);
  fs::create_directory_symlink(fs::relative(directory, bus), link);
}

/// What is enabled has a driver.
void Bind(const Options& options, const fs::path& directory, const std::string& driver,
          bool bound) {
  const fs::path link = directory / "driver";
  fs::remove(link);
  const fs::path target = fs::path(options.root) / "sys/bus/dsa/drivers" / driver;
  if (bound) fs::create_directory_symlink(fs::relative(target, directory), link);
}

void MakeDevice(const Options& options, uint32_t number, const DeviceOptions& device) {
  const fs::path directory = DeviceDirectory(options, number);
  const bool version_1 = device.version < kVersion2;
  Attribute(directory, "version", Hex(device.version));
  Attribute(directory, "state", device.state);
  Attribute(directory, "configurable", "1");
  Attribute(directory, "pasid_enabled", Text(device.pasid));
  Attribute(directory, "gen_cap", "0x40915f0107");
  Attribute(directory, "op_cap", Operations(device));
  Attribute(directory, "max_groups", "4");
  Attribute(directory, "max_work_queues", "8");
  Attribute(directory, "max_work_queues_size", "128");
  Attribute(directory, "max_engines", Text(device.engines));
  Attribute(directory, "max_batch_size", "1024");
  Attribute(directory, "max_transfer_size", "2147483648");
  for (const char* name : {"max_read_buffers", "max_tokens"}) Attribute(directory, name, "96");
  for (const char* name : {"read_buffer_limit", "token_limit"}) Attribute(directory, name, "0");
  Attribute(directory, "numa_node", Text(device.numa));
  Attribute(directory, "clients", "0");
  Attribute(directory, "cdev_major", "237");
  Attribute(directory, "cmd_status", "0x0");
  Attribute(directory, "errors",
            "00000000,00000000,00000000,00000000,00000000,00000000,00000000,00000000");
  if (!version_1) Attribute(directory, "event_log_size", "64");
  Bind(options, directory, "idxd", device.state == "enabled");
  Link(options, directory);
}

void MakeEngine(const Options& options, uint32_t device, uint32_t engine) {
  const std::string name = "engine" + std::to_string(device) + "." + std::to_string(engine);
  const fs::path directory = DeviceDirectory(options, device) / name;
  Attribute(directory, "group_id", "0");
  Link(options, directory);
}

void Append(std::string& names, const std::string& name) {
  names += (names.empty() ? "" : " ") + name;
}

void MakeGroup(const Options& options, uint32_t device, uint32_t group) {
  const std::string number = std::to_string(device) + ".";
  const fs::path directory =
      DeviceDirectory(options, device) / ("group" + number + std::to_string(group));
  std::string engines, queues;
  if (group == 0) {
    for (uint32_t i = 0; i < options.devices.at(device).engines; ++i) {
      Append(engines, "engine" + number + std::to_string(i));
    }
    for (const QueueOptions& queue : options.queues) {
      if (queue.device == device) Append(queues, queue.Name());
    }
  }
  // An empty group says nothing, not even a newline.
  WriteFile(directory / "engines", engines.empty() ? "" : engines + "\n");
  WriteFile(directory / "work_queues", queues.empty() ? "" : queues + "\n");
  for (const char* name : {"traffic_class_a", "traffic_class_b"}) Attribute(directory, name, "1");
  for (const char* name :
       {"use_read_buffer_limit", "use_token_limit", "read_buffers_reserved", "tokens_reserved"}) {
    Attribute(directory, name, "0");
  }
  if (options.devices.at(device).version >= kVersion2) {
    for (const char* name : {"desc_progress_limit", "batch_progress_limit"}) {
      Attribute(directory, name, "0");
    }
  }
  for (const char* name : {"read_buffers_allowed", "tokens_allowed"}) {
    Attribute(directory, name, "96");
  }
  Link(options, directory);
}

fs::path QueueDirectory(const Options& options, const QueueOptions& queue) {
  return DeviceDirectory(options, queue.device) / queue.Name();
}

void MakeQueue(const Options& options, const QueueOptions& queue) {
  const fs::path directory = QueueDirectory(options, queue);
  const DeviceOptions& device = options.devices.at(queue.device);
  Attribute(directory, "state", queue.state);
  Attribute(directory, "mode", queue.dedicated ? "dedicated" : "shared");
  Attribute(directory, "type", queue.type);
  Attribute(directory, "name", queue.label);
  Attribute(directory, "driver_name", queue.driver);
  Attribute(directory, "group_id", "0");
  Attribute(directory, "size", Text(queue.size));
  Attribute(directory, "threshold", Text(queue.dedicated ? 0 : queue.threshold));
  Attribute(directory, "priority", Text(queue.priority));
  Attribute(directory, "block_on_fault", Text(queue.block_on_fault));
  Attribute(directory, "max_transfer_size", Text(queue.max_transfer));
  Attribute(directory, "max_batch_size", Text(queue.max_batch));
  Attribute(directory, "ats_disable", "0");
  if (device.version >= kVersion2) Attribute(directory, "prs_disable", "0");
  Attribute(directory, "op_config", Operations(device));
  if (!queue.dedicated) Attribute(directory, "enqcmds_retries", "32");
  Attribute(directory, "occupancy", "0");
  Attribute(directory, "clients", "0");
  Attribute(directory, "cdev_minor", Text(queue.device * 8 + queue.queue));
  Bind(options, directory, queue.driver, queue.state == "enabled");
  fs::create_directories(directory / ("dsa!" + queue.Name()));
  Link(options, directory);
  // The device file stands on the bus, too, with a `!` in its name.
  Link(options, directory / ("dsa!" + queue.Name()));
}

void MakeDeviceFile(const Options& options, const QueueOptions& queue) {
  const fs::path path = DeviceFile(options, queue);
  fs::create_directories(path.parent_path());
  fs::remove(path);
  if (queue.front == Front::kFifo) {
    mkfifo(path.c_str(), 0666);
    return;
  }
  std::ofstream(path).close();
  if (queue.front == Front::kPage) fs::resize_file(path, 4096);
}

}  // namespace

fs::path DeviceFile(const Options& options, const QueueOptions& queue) {
  return fs::path(options.root) / "dev/dsa" / queue.Name();
}

void WriteState(const Options& options, const QueueOptions& queue, const std::string& state) {
  const fs::path directory = QueueDirectory(options, queue);
  Replace(options, directory / "state", state);
  Bind(options, directory, queue.driver, state == "enabled");
}

void WriteClients(const Options& options, const QueueOptions& queue, uint32_t clients) {
  Replace(options, QueueDirectory(options, queue) / "clients", Text(clients));
}

void WriteErrors(const Options& options, uint32_t device, const std::string& errors) {
  Replace(options, DeviceDirectory(options, device) / "errors", errors);
}

void MakeTree(const Options& options) {
  for (const auto& [number, device] : options.devices) {
    MakeDevice(options, number, device);
    for (uint32_t i = 0; i < device.engines; ++i) MakeEngine(options, number, i);
    for (uint32_t i = 0; i < 4; ++i) MakeGroup(options, number, i);
  }
  for (const QueueOptions& queue : options.queues) {
    MakeQueue(options, queue);
    MakeDeviceFile(options, queue);
  }
  const fs::path root(options.root);
  for (const char* driver : {"idxd", "user", "dmaengine", "dsa"}) {
    for (const char* file : {"bind", "unbind"}) {
      WriteFile(root / "sys/bus/dsa/drivers" / driver / file, "");
    }
  }
  fs::create_directories(root / "sys/module/idxd/parameters");
}

}  // namespace datamover::device_model
