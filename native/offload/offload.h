#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "abi/completion_record.h"
#include "abi/descriptor.h"
#include "engine/completion_signal.h"
#include "engine/thread_pool.h"
#include "offload/order.h"
#include "portal/work_queue.h"

namespace datamover::offload {

/// The jobs that are submitted by slot: a descriptor and a record each, and a byte by which the
/// owner says whether it has seen how the job ended. `memory` keeps all of it.
struct Slots {
  std::span<abi::Descriptor> descriptors;
  std::span<abi::CompletionRecord> records;
  /// 1 from when a queue takes the job; the owner writes 0 once it has seen its record.
  std::span<uint8_t> claims;
  std::shared_ptr<void> memory;
};

struct Settings {
  /// After so long without an answer a queue counts as lost.
  std::chrono::nanoseconds timeout = std::chrono::seconds(10);
  /// Whose queues serve jobs that do not say; as Order::place().
  uint32_t place = Order::kLocal;
  /// Whether the devices copy correctly where source and destination overlap.
  bool overlapping = true;
};

/// What was done, since the beginning.
struct Counters {
  uint64_t descriptors = 0;  // handed to queues; a batch is one
  uint64_t batches = 0;
  uint64_t members = 0;      // of batches
  uint64_t splits = 0;       // jobs larger than a queue takes
  uint64_t refused = 0;      // submissions for which no queue had room
  uint64_t read_faults = 0;  // partial completions
  uint64_t write_faults = 0;
  uint64_t continued = 0;  // by the CPU
  uint64_t retried = 0;    // by a device, once the pages were touched
  uint64_t lost = 0;       // jobs without an answer
};

/// What Tend() has found.
struct Report {
  bool lost = false;    // jobs without an answer: see TakeLost()
  bool waits = false;   // nothing is under way at a queue, and something waits for room in one
  bool moved = false;   // something has ended since the last time
  bool passed = false;  // a queue took nothing since then, whether or not another did
};

/// Carries jobs to work queues and back: gathers them into batches, cuts what is larger than a
/// queue takes, goes on after page faults, and notices queues that answer no more.
///
/// A plain job is answered by the device itself, into its own record. All others need somebody to
/// look after them: Tend(), which the owner calls in each turn of its loop; while that sleeps,
/// between Watch() and Unwatch(), a thread does, and notifies the signal when a job has ended. The
/// public functions but for the destructor may be called from one thread, the owner's.
class Offload {
 public:
  /// @param pool executes what devices leave to the CPU
  Offload(Slots slots, std::vector<std::shared_ptr<portal::WorkQueue>> queues,
          const Settings& settings, std::shared_ptr<engine::ThreadPool> pool,
          std::shared_ptr<engine::CompletionSignal> signal);
  /// Close().
  ~Offload();
  Offload(const Offload&) = delete;
  Offload& operator=(const Offload&) = delete;

  /// Takes jobs from the front; returns how many. It stops where no queue has room. Never blocks.
  uint32_t Submit(std::span<const Order> orders);

  /// The job in `slot` was stopped by a fault, and its record says so. True when it goes on: its
  /// record is pending again. False when it is to fail, with the record as it now is.
  bool Resume(uint32_t slot);

  /// Looks after what is under way.
  Report Tend();

  /// Slots of jobs whose queue has still given no answer, each named once. Their memory must stay
  /// for ever, and nobody may use the slots, unless a record appears after all.
  std::vector<uint32_t> TakeLost();

  void Watch();
  void Unwatch();

  /// From now on these serve; what others have under way is still looked after.
  void SetQueues(std::vector<std::shared_ptr<portal::WorkQueue>> queues);

  Counters counters() const;

  /// Takes no more, and waits for what queues and pool have, at most for the timeout. What is out
  /// even then keeps its memory for ever, and what it names has to be kept, too: that is the case
  /// if it returns false. Nothing else may be called afterwards, but it again.
  bool Close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace datamover::offload
