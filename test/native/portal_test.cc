#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "check.h"
#include "portal/queue_set.h"
#include "portal/work_queue.h"

#if defined(__linux__)
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#endif

namespace datamover::test {
namespace {

using portal::QueueSet;
using portal::QueueSettings;
using portal::WorkQueue;

/// Counts, takes no more than it has room for at once, and answers when it is told to.
class CountingPortal final : public portal::Portal {
 public:
  explicit CountingPortal(uint32_t room) : room_(room) {}
  uint32_t Submit(std::span<const abi::Descriptor> descriptors) override {
    uint32_t taken = 0;
    for (; taken < descriptors.size(); ++taken) {
      const uint32_t now = ++inside;
      uint32_t most = most_at_once.load();
      while (now > most && !most_at_once.compare_exchange_weak(most, now)) {
      }
      if (now > room_) {
        --inside;
        break;
      }
    }
    return taken;
  }

  std::atomic<uint32_t> inside = 0;
  std::atomic<uint32_t> most_at_once = 0;

 private:
  const uint32_t room_;
};

struct Made {
  std::shared_ptr<WorkQueue> queue;
  CountingPortal* portal;
};

Made Make(QueueSettings settings, uint32_t room = 1000) {
  auto portal = std::make_unique<CountingPortal>(room);
  CountingPortal* const raw = portal.get();
  return {std::make_shared<WorkQueue>(std::move(settings), std::move(portal)), raw};
}

const Register credits("a dedicated queue never has more than its entries, whoever submits", [] {
  const auto [queue, portal] = Make({.dedicated = true, .size = 5});
  const auto submit = [queue = queue, portal = portal] {
    const std::vector<abi::Descriptor> some(3);
    for (int i = 0; i < 20'000; ++i) {
      const uint32_t taken = queue->Submit(some);
      portal->inside -= taken;
      queue->Completed(taken);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(submit);
  for (auto& thread : threads) thread.join();
  Check(portal->most_at_once <= 5, "more than there are credits");
  Equal(queue->outstanding(), 0u);
});

const Register partly("credits of what a portal did not take come back", [] {
  const auto [queue, portal] = Make({.dedicated = true, .size = 8}, 2);
  const std::vector<abi::Descriptor> some(6);
  Equal(queue->Submit(some), 2u);
  Equal(queue->outstanding(), 2u);
  Check(!queue->full(), "full");
  portal->inside = 0;
  Equal(queue->Submit(some), 2u);
  queue->Completed(4);
  Equal(queue->outstanding(), 0u);
});

const Register shared("a shared queue is asked whether it has room", [] {
  const auto [queue, portal] = Make({.size = 2}, 3);
  const std::vector<abi::Descriptor> some(6);
  Equal(queue->Submit(some), 3u);
  Check(!queue->full(), "a shared queue does not know");
  Equal(queue->Submit(some), 0u);
});

const Register lost("a lost queue takes nothing", [] {
  const auto [queue, portal] = Make({.size = 2});
  queue->MarkLost();
  const std::vector<abi::Descriptor> some(1);
  Equal(queue->Submit(some), 0u);
  Check(QueueSet({queue}).Choose({}).empty(), "chosen");
});

QueueSettings On(int node, uint32_t priority, uint32_t size = 4) {
  return {.dedicated = true, .size = size, .numa_node = node, .priority = priority};
}

const Register places("queues of the wished node, then by priority, then by what is taken", [] {
  const auto a = Make(On(0, 1)).queue;
  const auto b = Make(On(1, 5)).queue;
  const auto c = Make(On(1, 9)).queue;
  const auto d = Make(On(1, 9)).queue;
  QueueSet set({a, b, c, d});
  const std::vector<abi::Descriptor> one(1);

  const auto any = set.Choose({});
  Equal(any.size(), size_t{4});
  Check((any[0].queue == c || any[0].queue == d) && any[2].queue == b && any[3].queue == a,
        "priority");

  c->Submit(one);
  for (int i = 0; i < 4; ++i) {
    Check(set.Choose({.place = portal::Place::kNode, .node = 1})[0].queue == d, "less taken");
  }
  const auto node0 = set.Choose({.place = portal::Place::kNode, .node = 0});
  Check(node0.size() == 1 && node0[0].queue == a, "one node alone");
  Check(set.Choose({.place = portal::Place::kNode, .node = 7}).empty(), "a node nobody serves");

  const std::vector<abi::Descriptor> all(4);
  a->Submit(all);
  Check(set.Choose({.place = portal::Place::kNode, .node = 0}).empty(), "a full one");
});

const Register nearby(
    "queues near the thread or the data are chosen, and any where there is none", [] {
      const auto near = Make(On(0, 1)).queue;
      const auto far = Make(On(1000, 9)).queue;
      static const char data = 1;
      for (const portal::Place place : {portal::Place::kLocal, portal::Place::kData}) {
        const portal::Wish wish = {.place = place, .address = reinterpret_cast<uintptr_t>(&data)};
        const auto chosen = QueueSet({near, far}).Choose(wish);
        // On a machine of many nodes, or one that does not say, it may be that none is near.
        Check(chosen.size() == 2 || (chosen.size() == 1 && chosen[0].queue == near), "a far one");
        Equal(QueueSet({far, far}).Choose(wish).size(), size_t{2});
      }
    });

const Register turns("equals take turns", [] {
  const auto a = Make(On(-1, 1)).queue;
  const auto b = Make(On(-1, 1)).queue;
  QueueSet set({a, b});
  const auto first = set.Choose({})[0].queue;
  Check(set.Choose({})[0].queue != first, "the same twice");
});

/// Takes whatever it is given.
class OpenPortal final : public portal::Portal {
 public:
  uint32_t Submit(std::span<const abi::Descriptor> descriptors) override {
    return static_cast<uint32_t>(descriptors.size());
  }
};

const Register busy("queues are chosen of while other threads use them", [] {
  QueueSet::Queues queues;
  for (int i = 0; i < 4; ++i) {
    queues.push_back(std::make_shared<WorkQueue>(QueueSettings{.path = "", .size = 64},
                                                 std::make_unique<OpenPortal>()));
  }
  std::atomic<bool> failed = false;
  const auto use = [&] {
    QueueSet set(queues);
    const std::vector<abi::Descriptor> one(1);
    for (int round = 0; round < 4'000'000; ++round) {
      const auto& chosen = set.Choose({});
      if (chosen.size() != queues.size()) failed = true;
      if (chosen[0].queue->Submit(one) == 1) chosen[0].queue->Completed(1);
    }
  };
  std::thread other(use);
  use();
  other.join();
  Check(!failed, "a queue was missing");
});

#if defined(__linux__)

/// A directory that goes with it.
struct Directory {
  Directory() {
    char name[] = "/tmp/datamover-portal-XXXXXX";
    path = mkdtemp(name);
  }
  ~Directory() {
    unlink(File().c_str());
    rmdir(path.c_str());
  }
  std::string File() const { return path + "/wq0.0"; }
  std::string path;
};

const Register fifo("write() into a device that cannot be mapped, until it is full", [] {
  const Directory directory;
  mkfifo(directory.File().c_str(), 0600);
  const int reader = open(directory.File().c_str(), O_RDWR | O_NONBLOCK);
  fcntl(reader, F_SETPIPE_SZ, 4096);
  auto opened = WorkQueue::Open({.path = directory.File(), .size = 64, .max_batch = 32});
  auto queue = std::get<std::shared_ptr<WorkQueue>>(opened);
  Check(queue->submits_by() == portal::SubmitBy::kWrite, "not by write()");
  Equal(queue->max_batch(), 1u, "the kernel takes no batches by write()");
  const std::vector<abi::Descriptor> many(40);
  Equal(queue->Submit(many), 40u);
  Equal(queue->Submit(many), 0u, "more than there is room for");
  Equal(queue->Submit({many.data(), 24}), 24u, "a pipe of 64 descriptors");
  Equal(queue->Submit({many.data(), 1}), 0u);
  Check(!queue->lost(), "full is not lost");
  close(reader);
});

const Register forked("a child of fork() submits nothing to what its parent has open", [] {
  const Directory directory;
  mkfifo(directory.File().c_str(), 0600);
  auto queue =
      std::get<std::shared_ptr<WorkQueue>>(WorkQueue::Open({.path = directory.File(), .size = 4}));
  const std::vector<abi::Descriptor> one(1);
  const pid_t child = fork();
  if (child == 0) _exit(static_cast<int>(queue->Submit(one)));
  int status = -1;
  waitpid(child, &status, 0);
  Check(WIFEXITED(status), "the child did not end by itself");
  Equal(WEXITSTATUS(status), 0);
  Equal(queue->Submit(one), 1u, "the parent goes on");
});

const Register registry("a queue is opened once, and again when all have let it go", [] {
  const Directory directory;
  mkfifo(directory.File().c_str(), 0600);
  const QueueSettings settings = {.path = directory.File(), .size = 4};
  auto first = std::get<std::shared_ptr<WorkQueue>>(WorkQueue::Open(settings));
  auto second = std::get<std::shared_ptr<WorkQueue>>(WorkQueue::Open(settings));
  Check(first == second, "opened twice");
  first->MarkLost();
  auto third = std::get<std::shared_ptr<WorkQueue>>(WorkQueue::Open(settings));
  Check(third != first && !third->lost(), "a lost one was given again");
});

const Register refusals("what the system refuses is told with its step", [] {
  const auto missing = WorkQueue::Open({.path = "/nowhere/wq0.0", .size = 1});
  const auto& error = std::get<portal::OpenError>(missing);
  Check(error.step == std::string("open"), error.step);
  Equal(error.code, ENOENT);
});

const Register silent("a queue that does not answer a no-op fails its trial in time", [] {
  const Directory directory;
  mkfifo(directory.File().c_str(), 0600);
  auto queue =
      std::get<std::shared_ptr<WorkQueue>>(WorkQueue::Open({.path = directory.File(), .size = 4}));
  Check(!queue->Probe(std::chrono::milliseconds(5)), "nobody answered");
});

#endif

}  // namespace
}  // namespace datamover::test
