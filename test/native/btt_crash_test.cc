#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "btt/check.h"
#include "btt/commit.h"
#include "btt/device.h"
#include "btt/format.h"
#include "btt_image.h"
#include "btt_log.h"
#include "btt_replay.h"
#include "btt_workload.h"
#include "check.h"

// Whatever moment the power fails at, and whatever of what is not yet durable has reached memory:
// the image opens, each block is whole, and what was acknowledged is there.
namespace datamover::test {
namespace {

using btt::Begun;
using Holds = History::Holds;

/// How many states are looked at, and where the random ones begin.
uint64_t Setting(const char* name, uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

bool IsData(const btt::Device& device, uint64_t word) {
  for (const auto& arena : device.arenas()) {
    const auto start = static_cast<uint64_t>(arena->base() - device.image().data());
    const btt::Info& info = arena->info();
    if (word * 8 >= start + info.dataoff && word * 8 < start + info.mapoff) return true;
  }
  return false;
}

struct Counts {
  uint64_t states = 0;
  uint64_t second = 0;     // that a second failure left
  uint64_t recovered = 0;  // with writes to finish
};

/// Where the blocks of a workload are, and how the image is opened.
struct Scene {
  std::vector<uint64_t> blocks;
  uint64_t arena_bytes;
};

/// Opens images that power failures left, and compares them with what was asked for.
class Judge {
 public:
  Judge(std::span<uint8_t> image, const Scene& scene, Random& random, Counts& counts)
      : image_(image), scene_(scene), random_(random), counts_(counts) {}

  /// The image as a power failure left it at that time. It is not changed.
  void Look(const History& history, size_t now, bool second) {
    ++counts_.states;
    Log recovery(image_);
    Open(recovery, history, now);
    if (recovery.size() > 0) ++counts_.recovered;
    Log nothing(image_);
    Open(nothing, history, now);
    Equal(nothing.size(), size_t{0}, "steps to recover what is recovered");
    Undo(image_, recovery.events());
    if (second) {
      ++counts_.second;
    } else if (random_.Below(recovery.size() > 0 ? 40 : 200) == 0) {
      GoOn(history.Until(now), now);
    }
  }

 private:
  using Medium = Recorded<btt::DirectMedium>;

  std::unique_ptr<btt::Device> Open(Log& log, const History& history, size_t now) {
    Medium medium(Hand{log, nullptr});
    auto device = btt::Device::Open(image_, medium, scene_.arena_bytes);
    Check(device != nullptr, "an image does not open");
    if (device == nullptr) return nullptr;
    Check(!device->read_only(), "an image is read only");
    const auto problems = btt::Check(image_, scene_.arena_bytes);
    Check(problems.empty(), problems.empty() ? "" : problems[0]);
    for (const uint64_t block : scene_.blocks) LookAt(*device, block, history, now);
    return device;
  }

  void LookAt(btt::Device& device, uint64_t block, const History& history, size_t now) {
    const auto start = device.BeginRead(1, block);
    if (start.begun == Begun::kCopy) {
      const std::span words(reinterpret_cast<const uint64_t*>(image_.data() + start.offset),
                            device.block_bytes() / sizeof(uint64_t));
      const auto version = VersionOf(words, block);
      Check(version.has_value(), "a block is not whole");
      const bool right = version && history.Allows(block, Holds::kData, *version, now, now);
      Check(right, "a block holds data of another time");
      device.EndRead(start.lane);
    } else {
      const auto holds = start.begun == Begun::kZeros ? Holds::kZeros : Holds::kBad;
      Check(history.Allows(block, holds, 0, now, now), "a block lost its data");
    }
  }

  /// Recovers the image and writes to it through all lanes, until the power fails once more.
  void GoOn(History history, size_t now) {
    Log log(image_);
    const auto time = [&] {
      log.Note();
      return now + log.size();
    };
    const auto device = Open(log, history, now);
    if (device == nullptr) return;
    Medium medium(Hand{log, nullptr});
    for (uint32_t write = 0; write < device->lanes().count(); ++write) {
      const uint64_t block = scene_.blocks[write % scene_.blocks.size()];
      const size_t operation = history.Begin(block, Holds::kData, time());
      const auto start = device->BeginWrite(1, block);
      auto* const words = reinterpret_cast<uint64_t*>(image_.data() + start.offset);
      for (size_t word = 0; word < device->block_bytes() / sizeof(uint64_t); ++word) {
        medium.Store(&words[word], Content(block, history.version(operation)));
      }
      btt::Change change{btt::Change::Kind::kWriteToFlush, start.lane, block};
      btt::Commit(*device, {&change, 1}, medium);
      history.Acknowledge(operation, time());
    }
    Undo(image_, log.events());
    Replay replay(image_, random_, [&](size_t events) { Look(history, now + events, true); });
    replay.Run(log.events(), [&](const Event& event) -> uint32_t {
      if (event.kind == Event::Kind::kNote) return 0;
      return IsData(*device, event.word) ? 0 : 2;
    });
  }

  const std::span<uint8_t> image_;
  const Scene& scene_;
  Random& random_;
  Counts& counts_;
};

/// One workload, and its power failures.
void RunCampaign(uint32_t seed, Counts& counts) {
  Random random(seed);
  const uint32_t block_bytes = random.Below(2) == 0 ? 512 : 4096;
  const uint64_t arena_bytes = btt::kMinArena;
  Image image((1 + random.Below(2)) * arena_bytes);
  Log log(image.bytes());
  btt::FormatOptions format{.block_bytes = block_bytes, .free_blocks = 2 + random.Below(6)};
  format.arena_bytes = arena_bytes;
  Recorded<btt::DirectMedium> medium(Hand{log, nullptr});
  Equal(btt::Format(image.bytes(), format, medium), 0, "format");
  const auto device = btt::Device::Open(image.bytes(), medium, arena_bytes);
  Image before(image);

  // Few blocks, so that writes meet: neighbours in one line of the map, and others.
  const uint64_t last = device->blocks() - 1;
  const Scene scene{{0, 1, 2, 17, 40, last / 2, last - 1, last}, arena_bytes};
  WorkloadOptions options;
  options.gathers = random.Below(2) == 0;
  options.threads = 1 + random.Below(3);
  options.blocks = scene.blocks;
  Log work(image.bytes());
  Workload workload(*device, work, random.Next() | 1, options);
  workload.Run();

  Judge judge(before.bytes(), scene, random, counts);
  Replay replay(before.bytes(), random,
                [&](size_t now) { judge.Look(workload.history(), now, false); });
  replay.Run(work.events(), [&](const Event& event) -> uint32_t {
    if (event.kind == Event::Kind::kNote) return 0;
    const bool data = event.kind == Event::Kind::kStore && IsData(*device, event.word);
    return data ? random.Below(24) == 0 : 6;
  });
}

const Register crashes("btt: power failures at any moment", [] {
  const uint64_t wanted = Setting("DATAMOVER_STATES", 5000);
  auto seed = static_cast<uint32_t>(Setting("DATAMOVER_SEED", 1));
  Counts counts;
  const int before = Failures();
  for (; counts.states < wanted && Failures() == before; ++seed) {
    RunCampaign(seed * 2654435761u | 1, counts);
    if (Failures() != before) std::fprintf(stderr, "seed %u\n", seed);
  }
  std::printf("     %llu states, %llu left by a second failure, %llu with writes to finish\n",
              static_cast<unsigned long long>(counts.states),
              static_cast<unsigned long long>(counts.second),
              static_cast<unsigned long long>(counts.recovered));
});

}  // namespace
}  // namespace datamover::test
