#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "device_model/execute.h"

namespace datamover::device_model {

/// How a queue is reached.
enum class Front {
  kTrap,  // an empty file: every store to its mapping traps, and the preloaded shim passes it on
  kFifo,  // write(2) into a FIFO, with nothing preloaded
  kPage,  // a page of memory that the model polls
};

struct QueueOptions {
  uint32_t device = 0;  // of wqN.M: N
  uint32_t queue = 0;   // of wqN.M: M
  bool dedicated = false;
  uint32_t size = 16;      // entries
  uint32_t threshold = 0;  // 0: as the size
  uint32_t max_transfer = 2u << 20;
  uint32_t max_batch = 32;
  uint32_t priority = 10;
  bool block_on_fault = false;
  std::string type = "user";
  std::string label = "app";
  std::string driver = "user";
  std::string state = "enabled";
  Front front = Front::kTrap;

  std::string Name() const { return "wq" + std::to_string(device) + "." + std::to_string(queue); }
};

struct DeviceOptions {
  uint32_t version = 0x100;
  int numa = -1;
  uint32_t engines = 4;
  bool pasid = true;
  std::string state = "enabled";
};

/// What can be changed while the model runs, by the same names.
struct Behaviour {
  uint64_t fault_every = 0;  // injects a page fault into each n-th descriptor
  bool real_faults = false;
  uint64_t busy_every = 0;  // refuses each n-th submission
  uint64_t delay_ns = 0;    // of each descriptor
  uint64_t bandwidth = 0;   // bytes a microsecond, 0: without limit
  uint64_t reorder = 1;     // descriptors among which any may come first
  uint64_t lose_every = 0;  // never answers each n-th descriptor
  bool stuck = false;
  uint64_t mmap_errno = 0;
};

struct Options {
  std::string root;
  std::string shim;
  std::string stats;
  uint64_t seed = 1;
  std::map<uint32_t, DeviceOptions> devices;
  std::vector<QueueOptions> queues;
  Behaviour behaviour;
  std::vector<std::string> command;
};

/// Sets one field of `behaviour` by its name on the command line, without the dashes. False: there
/// is none, or the value makes no sense.
bool SetBehaviour(Behaviour& behaviour, const std::string& name, const std::string& value);

/// Ends the process with a message where something makes no sense, or help was asked for.
Options ParseOptions(int argc, char** argv);

}  // namespace datamover::device_model
