#if defined(__linux__)

#include <cerrno>
#include <string>
#include <vector>

#include "check.h"
#include "model_device.h"

namespace datamover::test {
namespace {

using abi::Opcode;
using device_model::Behaviour;
using device_model::Clock;
using device_model::QueueOptions;

constexpr Behaviour kStuck = {.stuck = true};

QueueOptions Shared(uint32_t size, uint32_t threshold) {
  return {.size = size, .threshold = threshold};
}

QueueOptions Dedicated(uint32_t size) {
  return {.dedicated = true, .size = size, .threshold = size};
}

const Register threshold("model: a shared queue takes no more than its threshold", [] {
  for (const auto& [options, room] : {std::pair{Shared(8, 5), 5u}, {Shared(8, 100), 8u}}) {
    ModelDevice model(options, kStuck);
    Jobs jobs(10);
    uint32_t taken = 0;
    for (const auto& job : jobs.list) taken += model->Enqueue(model.queue(), model.client, job);
    Equal(taken, room);
    Equal(model.counted().refused, 10 - room);
    model->behaviour().stuck = false;
    model->Work();
    Equal(jobs.Done(), room);
    Check(model->Enqueue(model.queue(), model.client, jobs.list[0]), "room again");
    Equal(model.counted().most_at_once, room);
  }
});

const Register overflow("model: a dedicated queue drops what it has no room for", [] {
  ModelDevice model(Dedicated(4), kStuck);
  EqualText(model.Attribute("dsa0/errors"),
            "00000000,00000000,00000000,00000000,00000000,00000000,00000000,00000000\n");
  Jobs jobs(6);
  for (const auto& job : jobs.list) model->Store(model.queue(), model.client, job);
  model->behaviour().stuck = false;
  model->Work();
  Equal(jobs.Done(), 4u);
  Equal(model.counted().overflows, 2u);
  // Valid, of a descriptor, of queue 0: error 53.
  EqualText(model.Attribute("dsa0/errors"),
            "00000000,00000000,00000000,00000000,00000000,00000000,00000000,0000530d\n");
});

const Register instructions("model: each kind of queue has its instruction", [] {
  Jobs jobs(2);
  ModelDevice shared(Shared(8, 8));
  shared->Store(shared.queue(), shared.client, jobs.list[0]);
  shared->Work();
  ModelDevice dedicated(Dedicated(8));
  Check(!dedicated->Enqueue(dedicated.queue(), dedicated.client, jobs.list[1]), "try again");
  dedicated->Work();
  Equal(jobs.Done(), 0u);
  Equal(shared.counted().overflows, 0u);
});

const Register disabled("model: a disabled queue refuses, or loses", [] {
  Jobs jobs(3);
  ModelDevice shared(Shared(8, 8));
  shared->SetEnabled(shared.queue(), false);
  EqualText(shared.Attribute("wq0.0/state"), "disabled\n");
  Check(!std::filesystem::exists(shared.root() + "/sys/bus/dsa/devices/wq0.0/driver"), "driver");
  Check(!shared->Enqueue(shared.queue(), shared.client, jobs.list[0]), "try again");
  Equal(shared->Write(shared.queue(), shared.client, jobs.list[0]), EAGAIN);
  Equal(shared->Open(shared.queue()), ENXIO);
  shared->SetEnabled(shared.queue(), true);
  Check(std::filesystem::exists(shared.root() + "/sys/bus/dsa/devices/wq0.0/driver"), "driver");
  Check(shared->Enqueue(shared.queue(), shared.client, jobs.list[1]), "enabled again");
  shared->Work();
  ModelDevice dedicated(Dedicated(8));
  dedicated->SetEnabled(dedicated.queue(), false);
  dedicated->Store(dedicated.queue(), dedicated.client, jobs.list[2]);
  dedicated->SetEnabled(dedicated.queue(), true);
  dedicated->Work();
  Equal(jobs.Done(), 1u);
});

const Register opening("model: a dedicated queue is open once", [] {
  ModelDevice dedicated(Dedicated(8));
  Equal(dedicated->Open(dedicated.queue()), 0);
  Equal(dedicated->Open(dedicated.queue()), EBUSY);
  EqualText(dedicated.Attribute("wq0.0/clients"), "1\n");
  dedicated->Close(dedicated.queue());
  Equal(dedicated->Open(dedicated.queue()), 0);
  ModelDevice shared(Shared(8, 8));
  for (int i = 0; i < 3; ++i) Equal(shared->Open(shared.queue()), 0);
  EqualText(shared.Attribute("wq0.0/clients"), "3\n");
});

const Register writing("model: write() refuses what the driver refuses", [] {
  Jobs jobs(1);
  auto misaligned = jobs.list[0];
  misaligned.record_address += 16;
  auto batch = Reporting(BatchJob(nullptr, 2), jobs.records[0]);
  for (const auto& [version, error] : {std::pair{0x100u, EINVAL}, {0x200u, 0}}) {
    ModelDevice model(Shared(8, 8), {}, version);
    Equal(model->Write(model.queue(), model.client, jobs.list[0]), 0);
    Equal(model->Write(model.queue(), model.client, misaligned), EINVAL);
    misaligned.flags_opcode = 0;
    Equal(model->Write(model.queue(), model.client, misaligned), EINVAL, "not even valid");
    Equal(model->Write(model.queue(), model.client, batch), error);
  }
  ModelDevice full(Shared(8, 1), kStuck);
  Equal(full->Write(full.queue(), full.client, jobs.list[0]), 0);
  Equal(full->Write(full.queue(), full.client, jobs.list[0]), EAGAIN);
  // A dedicated queue holds nobody back.
  ModelDevice dropping(Dedicated(1), kStuck);
  for (int i = 0; i < 3; ++i) {
    Equal(dropping->Write(dropping.queue(), dropping.client, jobs.list[0]), 0);
  }
  Equal(dropping.counted().overflows, 2u);
});

const Register busy("model: each so many submissions are refused", [] {
  ModelDevice model(Shared(64, 64), {.busy_every = 3});
  Jobs jobs(12);
  std::string taken;
  for (const auto& job : jobs.list) {
    taken += model->Enqueue(model.queue(), model.client, job) ? 'y' : 'n';
  }
  EqualText(taken, "yynyynyynyyn");
});

const Register order("model: descriptors overtake each other as far as they may", [] {
  for (const uint64_t reorder : {1, 100}) {
    ModelDevice model(Shared(64, 64), {.reorder = reorder, .stuck = true});
    // Of moves that hand on a number the last one done wins.
    std::vector<uint8_t> numbers(50);
    uint8_t last = 0;
    for (uint8_t i = 0; i < numbers.size(); ++i) {
      numbers[i] = i;
      model->Enqueue(model.queue(), model.client, MoveJob(&last, &numbers[i], 1));
    }
    model->behaviour().stuck = false;
    model->Work();
    Equal(last == 49, reorder == 1);
  }
});

const Register waiting("model: a drain waits for what its process gave to its queue before", [] {
  ModelDevice model(Shared(64, 64));
  Jobs jobs(2);
  abi::CompletionRecord drained = {}, other = {};
  model->behaviour().delay_ns = 3'600'000'000'000;
  model->Enqueue(model.queue(), model.client, jobs.list[0]);
  model->behaviour().delay_ns = 0;
  model->behaviour().reorder = 8;
  model->Enqueue(model.queue(), model.client, Reporting(DrainJob(), drained));
  const auto stranger = ModelDevice::NewClient();
  model->Enqueue(model.queue(), stranger, Reporting(DrainJob(), other));
  model->Enqueue(model.queue(), model.client, jobs.list[1]);
  Check(model->Work() > Clock::now(), "there is more to do, later");
  Equal(jobs.Done(), 1u);
  Equal(drained.status, 0x00);
  Equal(other.status, 0x01, "another process's");
  // Who closes the queue waits no longer than the work takes.
  model->Finish(model.queue(), *model.client);
  Equal(jobs.Done(), 2u);
  Equal(drained.status, 0x01);
  Equal(model.queue().occupancy, 0u);
});

const Register dropping("model: with a process goes what it had in the queue", [] {
  ModelDevice model(Shared(64, 64), kStuck);
  Jobs jobs(3);
  const auto stranger = ModelDevice::NewClient();
  model->Enqueue(model.queue(), model.client, jobs.list[0]);
  model->Enqueue(model.queue(), stranger, jobs.list[1]);
  model->Enqueue(model.queue(), model.client, jobs.list[2]);
  model->Finish(model.queue(), *model.client);
  Equal(jobs.Done(), 0u, "a device that is stuck does nothing");
  model->Drop(*model.client);
  Equal(model.queue().occupancy, 1u);
  model->behaviour().stuck = false;
  model->Work();
  Equal(jobs.Done(), 1u);
  Equal(jobs.records[1].status, 0x01);
});

const Register losing("model: each so many descriptors are never answered", [] {
  ModelDevice model(Shared(64, 64), {.lose_every = 4});
  Jobs jobs(12);
  for (const auto& job : jobs.list) model->Enqueue(model.queue(), model.client, job);
  model->Work();
  Equal(jobs.Done(), 9u);
  Equal(model.counted().lost, 3u);
});

}  // namespace
}  // namespace datamover::test

#endif
