#include "portal/queue_set.h"

#include <algorithm>
#include <utility>

#include "portal/numa.h"

namespace datamover::portal {

namespace {

int NodeFor(const Wish& wish) {
  switch (wish.place) {
    case Place::kAny:
      return -1;
    case Place::kLocal:
      return NodeOfThread();
    case Place::kData:
      return NodeOf(reinterpret_cast<const void*>(wish.address));
    case Place::kNode:
      return wish.node;
  }
  return -1;
}

/// By priority, then the one of which the smaller part is taken.
bool Better(const QueueSet::Candidate& a, const QueueSet::Candidate& b) {
  const QueueSettings& first = a.queue->settings();
  const QueueSettings& second = b.queue->settings();
  if (first.priority != second.priority) return first.priority > second.priority;
  return uint64_t{a.taken} * second.size < uint64_t{b.taken} * first.size;
}

}  // namespace

QueueSet::QueueSet(Queues queues) : queues_(std::move(queues)) {}

const std::vector<QueueSet::Candidate>& QueueSet::Choose(const Wish& wish) {
  candidates_.clear();
  max_transfer_ = 0;
  const bool one = queues_.size() == 1 && wish.place != Place::kNode;
  const int node = one ? -1 : NodeFor(wish);
  const bool served = std::any_of(queues_.begin(), queues_.end(), [node](const auto& queue) {
    return queue->settings().numa_node == node && !queue->lost();
  });
  const bool bound = node >= 0 && (served || wish.place == Place::kNode);
  ++turn_;
  for (size_t i = 0; i < queues_.size(); ++i) {
    const auto& queue = queues_[(turn_ + i) % queues_.size()];
    if (queue->lost() || (bound && queue->settings().numa_node != node)) continue;
    max_transfer_ = std::max(max_transfer_, queue->settings().max_transfer);
    if (!queue->full()) candidates_.push_back({queue, queue->outstanding()});
  }
  std::stable_sort(candidates_.begin(), candidates_.end(), Better);
  return candidates_;
}

}  // namespace datamover::portal
