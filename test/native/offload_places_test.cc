#include <vector>

#include "check.h"
#include "offload/loopback.h"
#include "offload_bench.h"

namespace datamover::test {
namespace {

using abi::Opcode;
using offload::Order;

portal::QueueSettings OfNode(int node) {
  return {.path = {}, .size = 8, .max_transfer = 4096, .max_batch = 8, .numa_node = node};
}

Order At(Order order, uint32_t place) { return {order.bits | place << 18}; }

const Register places("queues of the node that is asked for, and of no other", [] {
  const Silent near(OfNode(5)), far(OfNode(6));
  Bench bench({near.queue, far.queue}, {.place = Order::kNode + 5});
  const std::vector<Order> orders = {
      bench.Job(0, Describe(Opcode::kNop)),
      At(bench.Job(1, Describe(Opcode::kNop)), Order::kNode + 6),
      At(bench.Job(2, Describe(Opcode::kNop)), Order::kNode + 6),
  };
  Equal(bench.offload.Submit(orders), 3u);
  Equal(near.portal->taken.size(), size_t{1});
  Equal(far.portal->taken.size(), size_t{1}, "two of a kind are a batch");
  const Order nowhere = At(bench.Job(3, Describe(Opcode::kNop)), Order::kNode + 7);
  Equal(bench.offload.Submit({&nowhere, 1}), 0u);
  Equal(bench.offload.counters().refused, 1u);
  near.portal->Answer();
  far.portal->Answer();
  for (uint32_t slot = 0; slot < 3; ++slot) bench.Finish(slot);
});

const Register any("where the node has no queue, and does not matter, any queue serves", [] {
  Bench bench({offload::Loopback({}), offload::Loopback({})});
  std::vector<uint8_t> from(100, 1), to(100);
  const std::vector<Order> orders = {
      At(bench.Job(0, Copy(to, from)), Order::kData),
      At(bench.Job(1, Describe(Opcode::kNop)), Order::kData),
      At(bench.Job(2, Describe(Opcode::kNop)), Order::kAny),
      bench.Job(3, Describe(Opcode::kNop)),
  };
  Equal(bench.offload.Submit(orders), 4u);
  for (uint32_t slot = 0; slot < 4; ++slot) Equal(bench.Status(slot), 1);
  Check(to == from, "wrong bytes");
});

const Register outside("a slot that does not exist is passed over, without queues none is taken",
                       [] {
                         Bench bench({offload::Loopback({.max_batch = 8})});
                         const Order nop = bench.Job(0, Describe(Opcode::kNop));
                         const std::vector<Order> orders = {{5000}, nop, {5000}};
                         Equal(bench.offload.Submit(orders), 3u);
                         Equal(bench.Status(0), 1);
                         bench.offload.SetQueues({});
                         Equal(bench.offload.Submit({&nop, 1}), 0u);
                         Check(bench.offload.Close() && bench.offload.Close(), "something is left");
                       });

}  // namespace
}  // namespace datamover::test
