#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "portal/work_queue.h"

namespace datamover::portal {

/// Whose queues may serve a job.
enum class Place : uint8_t {
  kAny,
  kLocal,  // of the node of the calling thread, if there are any
  kData,   // of the node where the job's memory is, if there are any
  kNode,   // of a certain node alone
};

struct Wish {
  Place place = Place::kAny;
  int node = -1;         // of kNode
  uint64_t address = 0;  // of kData
};

/// The queues that one submitter may use, and which of them gets a submission.
class QueueSet {
 public:
  using Queues = std::vector<std::shared_ptr<WorkQueue>>;

  /// A queue, and how many of its entries were taken when it was looked at: other threads take and
  /// release some at any time.
  struct Candidate {
    std::shared_ptr<WorkQueue> queue;
    uint32_t taken;
  };

  explicit QueueSet(Queues queues);

  bool empty() const { return queues_.empty(); }

  /// Those that may have room, the best first: of the wished node, by priority, then the one with
  /// the smallest part of its entries taken. The result holds until the next call.
  const std::vector<Candidate>& Choose(const Wish& wish);

  /// The largest transfer, in bytes, of those that may serve what was chosen for last, room or not;
  /// 0: there are none.
  uint32_t max_transfer() const { return max_transfer_; }

 private:
  Queues queues_;
  std::vector<Candidate> candidates_;
  uint32_t max_transfer_ = 0;
  size_t turn_ = 0;  // among equals everybody comes first once
};

}  // namespace datamover::portal
