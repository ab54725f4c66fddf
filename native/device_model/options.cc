#include "device_model/options.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <utility>

namespace datamover::device_model {

namespace {

constexpr char kUsage[] =
    R"(Usage: datamover emulate [options] -- COMMAND ARGUMENTS...
       device_model --root DIR [options] [-- COMMAND ARGUMENTS...]

A Data Streaming Accelerator in user space. It makes a sysfs tree and device files in DIR, and serves
them until COMMAND ends, or it is terminated. `emulate` sets DIR and the shim itself.

  --device dsaN:KEY=VALUE,...   version=0x100 numa=-1 engines=4 pasid=1 state=enabled
  --queue wqN.M:KEY=VALUE,...   mode=shared|dedicated size=16 threshold=16 max-transfer=2097152
                                max-batch=32 priority=10 bof=0 type=user name=app driver=user
                                state=enabled front=trap|fifo|page
                                trap: as a device, for any number of programs; fifo: by write()
                                alone, for one program at a time, with nothing preloaded; page: a
                                dedicated one that is polled, for one program
                                without any --queue: wq0.0 shared (64 entries), wq0.1 dedicated (32)
  --seed N                      of everything that is random
  --fault-every N               a page fault, at a random byte, in every N-th descriptor
  --real-faults                 pages that are not in memory fault, as on hardware
  --busy-every N                every N-th submission is refused
  --reorder N                   any of the N oldest descriptors may be executed first
  --delay-ns N                  latency of a descriptor
  --bandwidth N                 bytes in a microsecond that the device moves
  --lose-every N                every N-th descriptor is never answered
  --stuck                       nothing is answered
  --mmap-errno N                mapping a portal fails, as without CAP_SYS_RAWIO (1, EPERM)
  --stats FILE                  statistics, as JSON, at the end
  --shim FILE                   what COMMAND has to preload for trap queues
)";

constexpr uint32_t kEntries = 65535;                  // a device has 128
constexpr uint64_t kLongest = 1'000'000'000'000'000;  // ns, 11 days
constexpr uint32_t kSlots = 64;                       // of a polled page

[[noreturn]] void Refuse(const std::string& what) {
  std::fprintf(stderr, "device_model: %s\n", what.c_str());
  std::exit(2);
}

std::optional<uint64_t> Number(const std::string& text) {
  char* end = nullptr;
  errno = 0;
  const uint64_t value = std::strtoull(text.c_str(), &end, 0);
  if (text.empty() || text[0] == '-' || *end != '\0' || errno != 0) return std::nullopt;
  return value;
}

uint32_t Number32(const std::string& key, const std::string& text, uint32_t max = UINT32_MAX,
                  uint32_t min = 0) {
  const auto value = Number(text);
  if (!value) Refuse(key + " has to be a number, not '" + text + "'");
  if (*value < min || *value > max) {
    Refuse(key + " has to be from " + std::to_string(min) + " to " + std::to_string(max) +
           ", not " + text);
  }
  return static_cast<uint32_t>(*value);
}

/// One of two words; returns whether it is the second.
bool IsSecond(const std::string& key, const std::string& text, const std::string& first,
              const std::string& second) {
  if (text != first && text != second) {
    Refuse(key + " has to be " + first + " or " + second + ", not '" + text + "'");
  }
  return text == second;
}

void Set(DeviceOptions& device, const std::string& key, const std::string& value) {
  if (key == "version")
    device.version = Number32(key, value);
  else if (key == "numa")
    device.numa = value == "-1" ? -1 : static_cast<int>(Number32(key, value, 1023));
  else if (key == "engines")
    device.engines = Number32(key, value, 4);
  else if (key == "pasid")
    device.pasid = IsSecond(key, value, "0", "1");
  else if (key == "state")
    device.state = value;
  else
    Refuse("a device has no '" + key + "'");
}

Front FrontOf(const std::string& value) {
  if (value == "trap") return Front::kTrap;
  if (value == "fifo") return Front::kFifo;
  if (value == "page") return Front::kPage;
  Refuse("front has to be trap, fifo or page, not '" + value + "'");
}

void Set(QueueOptions& queue, const std::string& key, const std::string& value) {
  if (key == "mode")
    queue.dedicated = IsSecond(key, value, "shared", "dedicated");
  else if (key == "size")
    queue.size = Number32(key, value, kEntries);
  else if (key == "threshold")
    queue.threshold = Number32(key, value, kEntries);
  else if (key == "max-transfer")
    queue.max_transfer = Number32(key, value);
  else if (key == "max-batch")
    queue.max_batch = Number32(key, value);
  else if (key == "priority")
    queue.priority = Number32(key, value, 15);
  else if (key == "bof")
    queue.block_on_fault = IsSecond(key, value, "0", "1");
  else if (key == "type")
    queue.type = value;
  else if (key == "name")
    queue.label = value;
  else if (key == "driver")
    queue.driver = value;
  else if (key == "state")
    queue.state = value;
  else if (key == "front")
    queue.front = FrontOf(value);
  else
    Refuse("a queue has no '" + key + "'");
}

/// `NAME:KEY=VALUE,...`; returns the name.
template <typename Target>
std::string SetAll(Target& target, const std::string& text) {
  const size_t colon = text.find(':');
  std::istringstream pairs(colon == std::string::npos ? "" : text.substr(colon + 1));
  for (std::string pair; std::getline(pairs, pair, ',');) {
    const size_t equals = pair.find('=');
    if (equals == std::string::npos) Refuse("'" + pair + "' is no KEY=VALUE");
    Set(target, pair.substr(0, equals), pair.substr(equals + 1));
  }
  return text.substr(0, colon);
}

void AddQueue(Options& options, const std::string& text) {
  QueueOptions queue;
  const std::string name = SetAll(queue, text);
  if (std::sscanf(name.c_str(), "wq%u.%u", &queue.device, &queue.queue) != 2) {
    Refuse("'" + name + "' is no name of a queue, such as wq0.1");
  }
  if (queue.Name() != name) Refuse("'" + name + "' is no name of a queue, such as wq0.1");
  if (queue.threshold == 0) queue.threshold = queue.size;
  if (queue.threshold > queue.size) Refuse(name + " has a threshold above its size");
  if (queue.front == Front::kPage && (!queue.dedicated || queue.size > kSlots)) {
    Refuse(name + " is a polled page, which has to be dedicated, with no more than 64 entries");
  }
  for (const QueueOptions& other : options.queues) {
    if (other.Name() == name) Refuse(name + " is there twice");
  }
  options.devices.try_emplace(queue.device);
  options.queues.push_back(std::move(queue));
}

void AddDevice(Options& options, const std::string& text) {
  DeviceOptions device;
  const std::string name = SetAll(device, text);
  uint32_t number = 0;
  if (std::sscanf(name.c_str(), "dsa%u", &number) != 1) {
    Refuse("'" + name + "' is no name of a device, such as dsa0");
  }
  if ("dsa" + std::to_string(number) != name) Refuse("'" + name + "' is no name of a device");
  options.devices[number] = std::move(device);
}

}  // namespace

bool SetBehaviour(Behaviour& behaviour, const std::string& name, const std::string& value) {
  const auto number = Number(value);
  if (!number || (name == "reorder" && *number == 0)) return false;
  if (name == "delay-ns" && *number > kLongest) return false;
  if (name == "fault-every")
    behaviour.fault_every = *number;
  else if (name == "real-faults")
    behaviour.real_faults = *number != 0;
  else if (name == "busy-every")
    behaviour.busy_every = *number;
  else if (name == "delay-ns")
    behaviour.delay_ns = *number;
  else if (name == "bandwidth")
    behaviour.bandwidth = *number;
  else if (name == "reorder")
    behaviour.reorder = *number;
  else if (name == "lose-every")
    behaviour.lose_every = *number;
  else if (name == "stuck")
    behaviour.stuck = *number != 0;
  else if (name == "mmap-errno")
    behaviour.mmap_errno = *number;
  else
    return false;
  return true;
}

Options ParseOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--help") {
      std::fputs(kUsage, stdout);
      std::exit(0);
    }
    if (name == "--") {
      options.command.assign(argv + i + 1, argv + argc);
      break;
    }
    if (name == "--real-faults" || name == "--stuck") {
      SetBehaviour(options.behaviour, name.substr(2), "1");
      continue;
    }
    const bool last = i + 1 == argc || std::string(argv[i + 1]) == "--";
    if (last) Refuse("'" + name + "' is no option, or lacks its value; see --help");
    const std::string value = argv[++i];
    if (name == "--root")
      options.root = value;
    else if (name == "--shim")
      options.shim = value;
    else if (name == "--stats")
      options.stats = value;
    else if (name == "--seed")
      options.seed = Number32(name, value);
    else if (name == "--device")
      AddDevice(options, value);
    else if (name == "--queue")
      AddQueue(options, value);
    else if (name.rfind("--", 0) != 0 || !SetBehaviour(options.behaviour, name.substr(2), value)) {
      Refuse("'" + name + "' is no option, or does not take '" + value + "'; see --help");
    }
  }
  if (options.root.empty()) Refuse("--root is missing; see --help");
  if (options.queues.empty()) {
    AddQueue(options, "wq0.0:mode=shared,size=64,name=shared");
    AddQueue(options, "wq0.1:mode=dedicated,size=32,name=dedicated");
  }
  return options;
}

}  // namespace datamover::device_model
