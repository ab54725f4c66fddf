#include "device_model/device.h"

#include <stdlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arena.h"
#include "both.h"
#include "device_model/sysfs_tree.h"
#include "device_model/trap_client.h"
#include "input.h"
#include "native/descriptors.h"
#include "targets.h"

namespace datamover::fuzz {

namespace model = device_model;
using abi::Descriptor;
using abi::Opcode;
using model::Request;
using model::RequestKind;

namespace {

constexpr uint32_t kShared = 0, kDedicated = 1;  // queues
constexpr size_t kSteps = 64;

alignas(64) std::array<Descriptor, kMembers> list;
Arena ours;

/// All memory there is: the arena, and the list of a batch, which nobody writes to.
class ArenaMemory final : public model::Memory {
 public:
  size_t Read(uint64_t address, std::span<uint8_t> to) override {
    const size_t bytes = std::max(Within(arena.data(), sizeof arena, address, to.size()),
                                  Within(list.data(), sizeof list, address, to.size()));
    if (bytes > 0) std::memcpy(to.data(), reinterpret_cast<const void*>(address), bytes);
    return bytes;
  }
  size_t Write(uint64_t address, std::span<const uint8_t> from) override {
    const size_t bytes = Within(arena.data(), sizeof arena, address, from.size());
    if (bytes > 0) std::memcpy(reinterpret_cast<void*>(address), from.data(), bytes);
    return bytes;
  }
  size_t Present(uint64_t, size_t bytes, Access, From) override { return bytes; }

 private:
  static size_t Within(const void* memory, size_t size, uint64_t address, size_t bytes) {
    const uint64_t offset = address - test::AddressOf(memory);
    return offset < size ? std::min<size_t>(bytes, size - offset) : 0;
  }
};

/// Where the devices show their attributes.
class Root {
 public:
  Root() {
    // In memory where it can be: files are made and removed all the time.
    path_ = std::filesystem::exists("/dev/shm") ? "/dev/shm/" : "/tmp/";
    path_ += "datamover-XXXXXX";
    Require(mkdtemp(path_.data()) != nullptr, "no directory");
  }
  ~Root() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

model::Options Configured(uint32_t shared, uint32_t dedicated) {
  static const Root root;
  model::Options options;
  options.root = root.path();
  options.devices.try_emplace(0);
  model::QueueOptions queue = {.size = shared,
                               .threshold = shared,
                               .max_transfer = kLimits.max_transfer,
                               .max_batch = kLimits.max_batch,
                               .block_on_fault = true};
  options.queues.push_back(queue);
  queue.queue = kDedicated;
  queue.dedicated = true;
  queue.size = queue.threshold = dedicated;
  options.queues.push_back(queue);
  [[maybe_unused]] static const bool made = (model::MakeTree(options), true);
  return options;
}

std::shared_ptr<model::Client> NewClient() {
  return std::make_shared<model::Client>(0, std::make_unique<ArenaMemory>());
}

/// A packet that is no longer than it has to be, so that AddressSanitizer sees each access beyond.
std::vector<uint8_t> Packet(RequestKind kind, uint32_t queue, std::span<const Descriptor> jobs) {
  static Request request;
  request.kind = kind;
  request.device = 0;
  request.queue = queue;
  request.count = static_cast<uint32_t>(jobs.size());
  std::copy(jobs.begin(), jobs.end(), request.descriptors);
  const auto* const bytes = reinterpret_cast<const uint8_t*>(&request);
  return {bytes, bytes + offsetof(Request, descriptors) + jobs.size_bytes()};
}

/// One with its descriptors' members in `list`.
Descriptor MakeJob(Input& input) {
  const size_t count = input.Take<uint8_t>() % (kMembers + 1);
  const Descriptor first = Make(input);
  for (size_t i = 0; i < count; ++i) list[i] = Make(input);
  if (count >= 2) return BatchOf({list.data(), count}, first);
  const bool unlike = first.opcode() == Opcode::kBatch || Differs(first);
  return unlike ? test::Describe(Opcode::kNop) : first;
}

/// What is submitted, one at a time, is done as the engine does it.
void Faithful(Input& input) {
  model::Device device(Configured(1, 1));
  model::TrapClient client(device, NewClient());
  std::optional<model::Answer> answer;
  constexpr std::pair<RequestKind, uint32_t> kWays[] = {{RequestKind::kEnqueue, kShared},
                                                        {RequestKind::kStore, kDedicated},
                                                        {RequestKind::kWrite, kShared},
                                                        {RequestKind::kWrite, kDedicated}};
  for (size_t step = 0; step < kMembers && !input.rest().empty(); ++step) {
    const auto& [kind, queue] = kWays[input.Take<uint8_t>() % std::size(kWays)];
    const Descriptor job = MakeJob(input);
    const Verdict verdict = Judge(job, engine::Place::kQueue);
    if (verdict != Verdict::kLegal && verdict != Verdict::kRefused) continue;
    ExecuteByEngine(job, ours);
    Require(client.Take(Packet(kind, queue, {&job, 1}), answer), "a packet is not taken");
    if (kind == RequestKind::kEnqueue) Require(answer->value == 0, "there was room");
    // The driver looks at what is written, before the device does.
    const bool taken = kind != RequestKind::kWrite || answer->value == 1;
    Require(device.Work() == model::Clock::time_point::max(), "something was left");
    Require(arena == (taken ? ours : initial), "different memory");
    initial = arena;
  }
  client.End();
}

/// A packet of any bytes, or one that says of itself what is so.
std::vector<uint8_t> AnyPacket(Input& input) {
  constexpr size_t kMost = 4;
  std::vector<Descriptor> jobs(input.Take<uint8_t>() % kMost);
  for (Descriptor& job : jobs) {
    job = input.Take<uint8_t>() % 4 == 0 ? input.Take<Descriptor>() : MakeJob(input);
  }
  const auto kind = static_cast<RequestKind>(input.Take<uint8_t>() % 8);
  auto packet = Packet(kind, input.Take<uint8_t>() % 3, jobs);
  const auto change = input.Take<uint8_t>();
  if (change < 0xc0) return packet;
  if (change < 0xe0) packet.resize(input.Take<uint8_t>());
  const auto count = input.Take<uint32_t>();
  if (packet.size() >= sizeof(uint32_t) * 4) std::memcpy(&packet[12], &count, sizeof count);
  return packet;
}

void Set(model::Behaviour& behaviour, Input& input) {
  constexpr const char* kNames[] = {"fault-every", "real-faults", "busy-every", "delay-ns",
                                    "bandwidth",   "reorder",     "lose-every", "stuck",
                                    "mmap-errno",  "nothing"};
  const std::string name = kNames[input.Take<uint8_t>() % std::size(kNames)];
  const auto size = input.Take<uint8_t>();
  const uint64_t value = size < 0xe0 ? size % 8 : input.Take<uint64_t>();
  model::SetBehaviour(behaviour, name, std::to_string(value));
}

/// Two processes ask for anything, of a device that does anything; it keeps its accounts.
void Hostile(Input& input) {
  model::Device device(Configured(input.Take<uint8_t>() % 8, input.Take<uint8_t>() % 8));
  std::array<model::TrapClient, 2> clients = {model::TrapClient(device, NewClient()),
                                              model::TrapClient(device, NewClient())};
  for (size_t step = 0; step < kSteps && !input.rest().empty(); ++step) {
    const auto what = input.Take<uint8_t>();
    auto& client = clients[what % 2];
    auto& queue = *device.queues()[what / 2 % 2];
    std::optional<model::Answer> answer;
    if (what < 0xa0)
      client.Take(AnyPacket(input), answer);
    else if (what < 0xc0)
      device.Work();
    else if (what < 0xe0)
      Set(device.behaviour(), input);
    else if (what < 0xf0)
      device.SetEnabled(queue, what & 4);
    else
      client.End();
    for (const auto& each : device.queues()) {
      Require(each->occupancy <= each->options.size, "more than there is room for");
      Require(each->statistics.most_at_once <= each->options.size, "more than there was room for");
    }
  }
  device.Work();
  for (auto& client : clients) client.End();
  for (const auto& queue : device.queues()) {
    const auto& counted = queue->statistics;
    Require(queue->occupancy == 0 && queue->opens == 0, "something is left of clients");
    // What was dropped with its client was submitted only.
    Require(counted.completed + counted.lost <= counted.submitted + counted.members,
            "more was done than was asked for");
    Require(counted.unreported <= counted.completed, "more was not reported than was done");
    device.SetEnabled(*queue, true);
  }
}

}  // namespace

void Device(std::span<const uint8_t> bytes) {
  Input input(bytes);
  const bool faithful = input.Take<uint8_t>() < 0x80;
  input.Fill(initial);
  arena = initial;
  if (faithful)
    Faithful(input);
  else
    Hostile(input);
}

}  // namespace datamover::fuzz
