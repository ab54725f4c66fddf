#include <cerrno>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "btt/check.h"
#include "btt/commit.h"
#include "btt/device.h"
#include "btt/format.h"
#include "btt_image.h"
#include "btt_log.h"
#include "btt_workload.h"
#include "check.h"

namespace datamover::test {
namespace {

using btt::Begun;
using btt::Change;

constexpr btt::FormatOptions kSmall{.block_bytes = 512, .free_blocks = 4};

/// A formatted image and its device.
struct Formatted {
  explicit Formatted(btt::FormatOptions options = kSmall)
      : image(btt::kMinArena), log(image.bytes()), medium(Hand{log, nullptr}) {
    Equal(btt::Format(image.bytes(), options, medium), 0, "format");
    device = btt::Device::Open(image.bytes(), medium);
    owner = device->AddOwner();
  }

  uint64_t* At(uint64_t offset) const {
    return reinterpret_cast<uint64_t*>(image.bytes().data() + offset);
  }

  /// Copies the data of a write, and says what there is to commit.
  Change Written(uint64_t block, uint64_t version) {
    const auto start = device->BeginWrite(owner, block);
    Check(start.begun == Begun::kCopy, "a write does not begin");
    for (size_t word = 0; word < device->block_bytes() / 8; ++word) {
      medium.Store(At(start.offset) + word, Content(block, version));
    }
    return {Change::Kind::kWriteToFlush, start.lane, block};
  }

  Image image;
  Log log;
  Recorded<btt::DirectMedium> medium;
  std::unique_ptr<btt::Device> device;
  uint32_t owner = 0;
};

const Register order("btt: the steps of a commit, each durable before the next", [] {
  Formatted on;
  Change change = on.Written(9, 1);
  const size_t begin = on.log.size();
  btt::Commit(*on.device, {&change, 1}, on.medium);
  Equal(change.error, 0);
  const auto& arena = *on.device->arenas()[0];
  const auto word = [&](const void* at) {
    return static_cast<uint64_t>(static_cast<const uint8_t*>(at) - on.image.bytes().data()) / 8;
  };
  const uint64_t flog = word(&arena.entry(change.lane, 1));
  std::string steps;
  for (size_t i = begin; i < on.log.size(); ++i) {
    const Event& event = on.log.events()[i];
    const char* const what = event.word == flog                      ? "old"
                             : event.word == flog + 1                ? "new"
                             : event.word == word(&arena.map()[9])   ? "map"
                             : event.word < word(arena.map().data()) ? "data"
                                                                     : "?";
    if (event.kind == Event::Kind::kStore) steps += std::string("store ") + what + ", ";
    if (event.kind == Event::Kind::kFlush) steps += "flush, ";
    if (event.kind == Event::Kind::kFence) steps += "fence; ";
  }
  const std::string expected =
      "flush, fence; store old, flush, fence; store new, flush, fence; store map, flush, fence; ";
  Check(steps == expected, steps);
});

const Register reader("btt: what is read is not written to, however many writes there are", [] {
  Formatted on;
  Change first = on.Written(3, 1);
  btt::Commit(*on.device, {&first, 1}, on.medium);
  const auto read = on.device->BeginRead(on.owner, 3);
  for (uint64_t version = 2; version < 12; ++version) {
    Change change = on.Written(3, version);
    btt::Commit(*on.device, {&change, 1}, on.medium);
    Equal(change.error, 0);
    Equal(*on.At(read.offset), Content(3, 1), "while it is read");
  }
  on.device->EndRead(read.lane);
  // Three other lanes are in use: the fourth's block is that which was read.
  Change changes[4];
  for (uint32_t i = 0; i < 4; ++i) changes[i] = on.Written(20 + i, 1);
  Check(on.device->BeginRead(on.owner, 3).begun == Begun::kNoLane, "more than there are lanes");
  btt::Commit(*on.device, changes, on.medium);
  Check(btt::Check(on.image.bytes()).empty(), "inconsistent");
});

const Register dropped("btt: a write that is dropped, or whose owner ends, changes nothing", [] {
  Formatted on;
  Change kept = on.Written(5, 1);
  btt::Commit(*on.device, {&kept, 1}, on.medium);
  on.device->Release(on.Written(5, 2).lane);
  on.Written(5, 3);
  on.device->BeginRead(on.owner, 5);
  on.device->Abandon(on.owner);
  Change changes[4];
  for (uint32_t i = 0; i < 4; ++i) changes[i] = on.Written(i, 4);
  btt::Commit(*on.device, changes, on.medium);
  const auto read = on.device->BeginRead(on.owner, 5);
  Equal(*on.At(read.offset), Content(5, 1));
  Check(btt::Check(on.image.bytes()).empty(), "inconsistent");
});

/// Fails from some step on.
class FailingMedium final : public btt::Medium {
 public:
  explicit FailingMedium(int steps) : left_(steps) {}
  int Flush(const void*, size_t) override { return left_ > 0 ? 0 : EIO; }
  int Drain() override { return left_-- > 0 ? 0 : EIO; }

 private:
  int left_;
};

/// Has no memory, as a commit may have none for its steps.
class ForgetfulMedium final : public btt::Medium {
 public:
  int Flush(const void*, size_t) override { throw std::bad_alloc(); }
  int Drain() override { throw std::bad_alloc(); }
};

const Register forgetful("btt: a commit without memory fails, publishes nothing, releases lanes",
                         [] {
                           Formatted on;
                           Change kept = on.Written(5, 1);
                           btt::Commit(*on.device, {&kept, 1}, on.medium);
                           ForgetfulMedium none;
                           for (uint64_t version = 2; version < 4; ++version) {
                             Change changes[4];
                             for (uint32_t i = 0; i < 4; ++i)
                               changes[i] = on.Written(5 + i, version);
                             btt::Commit(*on.device, changes, none);
                             for (const Change& change : changes) Equal(change.error, ENOMEM);
                             const auto read = on.device->BeginRead(on.owner, 5);
                             Equal(*on.At(read.offset), Content(5, 1));
                             on.device->EndRead(read.lane);
                           }
                           Change change = on.Written(6, 4);
                           btt::Commit(*on.device, {&change, 1}, on.medium);
                           Equal(change.error, 0);
                           Check(btt::Check(on.image.bytes()).empty(), "inconsistent");
                         });

const Register failing(
    "btt: a commit that cannot be written back fails, read only if it may be", [] {
      for (int steps = 0; steps <= 4; ++steps) {
        Formatted on;
        Change change = on.Written(5, 1);
        FailingMedium medium(steps);
        btt::Commit(*on.device, {&change, 1}, medium);
        Equal(change.error, steps == 4 ? 0 : EIO, std::to_string(steps));
        // Before the flog says that there is something new, nothing has happened.
        Check(on.device->read_only() == (steps == 2 || steps == 3), "read only");
        const auto read = on.device->BeginRead(on.owner, 5);
        Check((read.begun == Begun::kZeros) == (steps < 3), "read");
        if (!on.device->read_only()) continue;
        Check(on.device->BeginWrite(on.owner, 6).begun == Begun::kReadOnly, "write");
        on.device = btt::Device::Open(on.image.bytes(), on.medium);
        Check(on.device->read_only(), "read only, when it is opened again");
        const auto problems = btt::Check(on.image.bytes());
        Check(problems.size() == 1 && problems[0] == "arena 0: its error flag is set", "problems");
      }
    });

/// Threads that share a device as they do in earnest: what each reads is whole.
const Register threads("btt: threads on one device", [] {
  Formatted on({.block_bytes = 512, .free_blocks = 3});
  std::vector<std::thread> running;
  std::atomic<uint32_t> broken{0};
  for (uint32_t number = 0; number < 4; ++number) {
    running.emplace_back([&on, &broken, number] {
      class : public btt::Medium {
        int Flush(const void*, size_t) override { return 0; }
        int Drain() override { return 0; }
      } medium;
      const uint32_t owner = on.device->AddOwner();
      Random random(number + 1);
      for (uint32_t turn = 1; turn < 4000; ++turn) {
        const uint64_t block = random.Below(2);
        const bool reads = number % 2 == 0;
        const auto start =
            reads ? on.device->BeginRead(owner, block) : on.device->BeginWrite(owner, block);
        if (start.begun != Begun::kCopy) {
          on.device->lanes().Wait(owner);
          std::this_thread::yield();
          continue;
        }
        auto* const words = on.At(start.offset);
        if (reads) {
          const std::vector<uint64_t> copy(words, words + 64);
          if (!VersionOf(copy, block)) ++broken;
          on.device->EndRead(start.lane);
          continue;
        }
        for (size_t word = 0; word < 64; ++word) words[word] = Content(block, turn);
        Change change{Change::Kind::kWrite, start.lane, block};
        btt::Commit(*on.device, {&change, 1}, medium);
        if (change.error != 0) ++broken;
      }
      on.device->Abandon(owner);
    });
  }
  for (auto& thread : running) thread.join();
  Equal(broken.load(), 0u, "blocks");
  Check(btt::Check(on.image.bytes()).empty(), "inconsistent");
});

}  // namespace
}  // namespace datamover::test
