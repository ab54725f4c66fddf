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

/// Whether `a` is taken to a smaller part than `b`.
bool LessTaken(const WorkQueue& a, const WorkQueue& b) {
  return uint64_t{a.outstanding()} * b.settings().size <
         uint64_t{b.outstanding()} * a.settings().size;
}

}  // namespace

QueueSet::QueueSet(Queues queues) : queues_(std::move(queues)) {}

const QueueSet::Queues& QueueSet::Choose(const Wish& wish) {
  chosen_.clear();
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
    if (!queue->full()) chosen_.push_back(queue);
  }
  std::stable_sort(chosen_.begin(), chosen_.end(), [](const auto& a, const auto& b) {
    const uint32_t first = a->settings().priority;
    const uint32_t second = b->settings().priority;
    return first != second ? first > second : LessTaken(*a, *b);
  });
  return chosen_;
}

}  // namespace datamover::portal
