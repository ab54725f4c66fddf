#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "abi/descriptor.h"
#include "device_model/batch.h"
#include "device_model/client_memory.h"
#include "device_model/options.h"
#include "device_model/software_error.h"

namespace datamover::device_model {

using Clock = std::chrono::steady_clock;

/// A process that submits.
struct Client {
  Client(pid_t process_, std::unique_ptr<Memory> memory_)
      : process(process_), memory(std::move(memory_)) {}
  Client(pid_t process_, bool real_faults)
      : Client(process_, std::make_unique<ClientMemory>(process_, real_faults)) {}
  const pid_t process;
  const std::unique_ptr<Memory> memory;
};

struct QueueStatistics {
  uint64_t submitted = 0;
  uint64_t refused = 0;    // the client was told to try again
  uint64_t overflows = 0;  // dropped: more than a dedicated queue has entries
  uint64_t completed = 0;
  uint64_t batches = 0;
  uint64_t members = 0;
  uint64_t injected = 0;    // page faults
  uint64_t lost = 0;        // never answered, as was asked for
  uint64_t unreported = 0;  // records that could not be written
  uint64_t most_at_once = 0;
  std::map<uint32_t, uint64_t> statuses;  // of descriptors and members
};

struct WorkQueue {
  QueueOptions options;
  bool enabled = true;
  uint32_t opens = 0;
  uint64_t occupancy = 0;
  QueueStatistics statistics;
};

/// What is submitted and has not been executed.
struct Submission {
  WorkQueue* queue;
  std::shared_ptr<Client> client;
  abi::Descriptor descriptor;
  Clock::time_point due;
};

/// The devices: queues take descriptors, and Work() executes them. Used by one thread.
class Device {
 public:
  explicit Device(const Options& options);

  /// Null: there is none of this name.
  WorkQueue* Find(uint32_t device, uint32_t queue);
  WorkQueue* Find(const std::string& name);
  std::vector<std::unique_ptr<WorkQueue>>& queues() { return queues_; }
  Behaviour& behaviour() { return behaviour_; }
  const Options& options() const { return options_; }

  /// open(2) of the device file: 0, or the errno that the driver gives.
  int Open(WorkQueue& queue);
  void Close(WorkQueue& queue);

  /// A posted store to the portal of a dedicated queue. A full one drops it.
  void Store(WorkQueue& queue, const std::shared_ptr<Client>& client, const abi::Descriptor& job);
  /// An enqueue command to a shared queue. False: try again.
  bool Enqueue(WorkQueue& queue, const std::shared_ptr<Client>& client, const abi::Descriptor& job);
  /// write(2) of one descriptor: 0, or the errno that the driver gives.
  int Write(WorkQueue& queue, const std::shared_ptr<Client>& client, const abi::Descriptor& job);

  /// Executes what is due. Returns when there is more to do; max() for never.
  Clock::time_point Work();
  /// Executes at once what the client has in the queue, as the driver waits for it before it lets
  /// go of the client's memory. A device that is stuck keeps it.
  void Finish(WorkQueue& queue, const Client& client);
  /// The client is gone, and what it submitted with it.
  void Drop(const Client& client);
  void SetEnabled(WorkQueue& queue, bool enabled);

  std::string Statistics() const;

 private:
  bool Busy();
  void Accept(WorkQueue& queue, const std::shared_ptr<Client>& client, const abi::Descriptor& job);
  bool Ready(size_t index, Clock::time_point now) const;
  Submission Dispatch(size_t index);
  void Execute(const Submission& submission);
  /// Nobody else hears of it: it goes into the register that the driver shows as `errors`.
  void Note(const WorkQueue& queue, const SoftwareError& error);
  Injection Inject(WorkQueue& queue, const abi::Descriptor& job);
  void Report(WorkQueue& queue, Client& client, const abi::Descriptor& job,
              const abi::CompletionRecord& record, Place place);

  const Options options_;
  Behaviour behaviour_;
  Random random_;
  std::vector<std::unique_ptr<WorkQueue>> queues_;
  std::vector<Submission> pending_;
  std::map<uint32_t, std::string> errors_;  // by device, as they are shown
  Clock::time_point idle_at_;               // when the device has moved what it was given
  uint64_t submissions_ = 0;
  uint64_t executions_ = 0;
  uint64_t injectable_ = 0;
};

}  // namespace datamover::device_model
