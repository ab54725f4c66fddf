#if defined(__linux__)

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "device_model/execute.h"
#include "model_memory.h"

// Pages that are not there: how far a job came, and what it says of it.
namespace datamover::test {
namespace {

using abi::Opcode;
using device_model::Injection;
using device_model::QueueRules;
using Hole = HoledMemory::Hole;
namespace flag = abi::flag;

constexpr uint32_t kBytes = 12000;
constexpr size_t kHole = 8192;  // the page that begins here
constexpr size_t kOffset = 100;
constexpr uint32_t kReached = kHole - kOffset;

/// Two ranges, with a page of one of them missing, and what came of a job.
struct Scene {
  Pages source{16384}, destination{16384}, second{16384};
  Scene() {
    Random random(3);
    for (size_t i = 0; i < source.size(); ++i) source[i] = static_cast<uint8_t>(random.Next());
  }
  abi::CompletionRecord Run(const abi::Descriptor& job, Hole kind, Pages& where,
                            QueueRules rules = {}) {
    HoledMemory memory(kind, &where[kHole], 4096);
    return device_model::Execute(job, memory, rules, {.at = {}, .garbage = 0xbad});
  }
  /// Exactly so many bytes of the source stand in the pages.
  void Moved(Pages& pages, uint32_t bytes) {
    for (uint32_t i = 0; i < kBytes; ++i) {
      if (pages[kOffset + i] == (i < bytes ? source[kOffset + i] : 0)) continue;
      return Check(false, "byte " + std::to_string(i) + " of " + std::to_string(bytes));
    }
  }
};

void Stopped(const abi::CompletionRecord& record, uint8_t status, uint32_t bytes,
             const std::string& what = "") {
  Equal(record.status, status, what);
  Equal(record.bytes_completed, bytes, what);
}

const Register moves("model: a move stops where a page is missing", [] {
  for (const Hole kind : {Hole::kUnmapped, Hole::kSwappedOut}) {
    for (const bool write : {false, true}) {
      Scene scene;
      const auto job = MoveJob(&scene.destination[kOffset], &scene.source[kOffset], kBytes);
      Pages& where = write ? scene.destination : scene.source;
      const auto record = scene.Run(job, kind, where);
      Stopped(record, write ? 0x83 : 0x03, kReached);
      Equal(record.result, 0);
      Equal(record.fault_address, AddressOf(&where[kHole]));
      scene.Moved(scene.destination, kReached);
    }
  }
});

const Register read_only("model: a page that may only be read faults as it is written", [] {
  Scene scene;
  const auto job = MoveJob(&scene.destination[kOffset], &scene.source[kOffset], kBytes);
  Stopped(scene.Run(job, Hole::kReadOnly, scene.destination), 0x83, kReached);
  Stopped(scene.Run(job, Hole::kReadOnly, scene.source), 0x01, 0);
});

const Register backward("model: a move onto what is behind it begins with its end", [] {
  for (const Hole kind : {Hole::kUnmapped, Hole::kSwappedOut, Hole::kReadOnly}) {
    for (const size_t distance : {1, 64, 3000, 4096}) {
      Scene scene;
      const std::vector<uint8_t> before(&scene.source[0], &scene.source[0] + scene.source.size());
      const auto job = MoveJob(&scene.source[distance], &scene.source[0], kBytes);
      HoledMemory memory(kind, &scene.source[4096], 4096);
      const auto record = device_model::Execute(job, memory, {}, {});
      // From the end the source comes to the hole first.
      const bool write = kind == Hole::kReadOnly;
      const size_t done = kBytes - 8192 + (write ? distance : 0);
      Stopped(record, write ? 0x83 : 0x03, static_cast<uint32_t>(done));
      Equal(record.result, 1);
      Equal(record.fault_address, AddressOf(&scene.source[4096]));
      for (size_t i = 0; i < before.size(); ++i) {
        const bool moved = i >= distance + kBytes - done && i < distance + kBytes;
        if (scene.source[i] == before[moved ? i - distance : i]) continue;
        return Check(false, "byte " + std::to_string(i));
      }
    }
  }
});

const Register dualcasts("model: of a dualcast that counts which both destinations have", [] {
  for (const bool first : {true, false}) {
    Scene scene;
    const auto job = DualcastJob(&scene.destination[kOffset], &scene.second[kOffset],
                                 &scene.source[kOffset], kBytes);
    Stopped(scene.Run(job, Hole::kUnmapped, first ? scene.destination : scene.second), 0x83,
            kReached);
    for (uint32_t i = 0; i < kReached; ++i) {
      Check(scene.second[kOffset + i] == scene.source[kOffset + i] &&
                scene.destination[kOffset + i] == scene.source[kOffset + i],
            "byte " + std::to_string(i));
    }
  }
});

const Register others("model: fills, flushes and comparisons stop where a page is missing", [] {
  for (const Hole kind : {Hole::kUnmapped, Hole::kSwappedOut}) {
    Scene scene;
    const auto fill = FillJob(&scene.destination[kOffset], 0x0101010101010101, kBytes);
    Stopped(scene.Run(fill, kind, scene.destination), 0x83, kReached, "fill");
    Equal(scene.destination[kHole - 1], 1);
    Equal(scene.destination[kHole], 0);
    const auto flush = FlushJob(&scene.destination[kOffset], kBytes);
    Stopped(scene.Run(flush, kind, scene.destination), 0x83, kReached, "flush");

    Scene same;
    std::copy_n(same.source.data(), same.source.size(), same.destination.data());
    const auto compare = CompareJob(&same.source[kOffset], &same.destination[kOffset], kBytes);
    Stopped(same.Run(compare, kind, same.destination), 0x03, kReached, "compare");
    same.destination[kOffset + 50] ^= 1;
    const auto record = same.Run(compare, kind, same.destination);
    Stopped(record, 0x01, 50, "a difference in front of the hole");
    Equal(record.result, 1);
  }
});

const Register crcs("model: a CRC goes on from that of its beginning", [] {
  Scene scene;
  const auto job = CrcJob(&scene.source[kOffset], kBytes, 77);
  const auto record = scene.Run(job, Hole::kSwappedOut, scene.source);
  Stopped(record, 0x03, kReached);
  HoledMemory all;
  auto beginning = job;
  beginning.transfer_size = kReached;
  Equal(record.crc, device_model::Execute(beginning, all, {}, {}).crc);
  // Before the first byte there is none, and the field holds anything.
  const auto at_once = CrcJob(&scene.source[kHole], 100, 77);
  const auto nothing = scene.Run(at_once, Hole::kSwappedOut, scene.source);
  Stopped(nothing, 0x03, 0);
  Equal(nothing.crc, 0xbadu);
  // A seed may be missing, too.
  auto seeded = CrcJob(&scene.source[0], 100, 0, flag::kCrcReadSeed);
  seeded.crc.seed_address = AddressOf(&scene.source[kHole + 4]);
  for (const Hole kind : {Hole::kUnmapped, Hole::kSwappedOut}) {
    const auto seedless = scene.Run(seeded, kind, scene.source);
    Stopped(seedless, 0x03, 0);
    Equal(seedless.crc, 0xbadu);
  }
});

const Register blocking("model: a job that blocks on faults stops only where nothing ever is", [] {
  const QueueRules rules = {.block_on_fault = true};
  Scene scene;
  auto job = MoveJob(&scene.destination[kOffset], &scene.source[kOffset], kBytes);
  job.flags_opcode |= flag::kBlockOnFault;
  Stopped(scene.Run(job, Hole::kSwappedOut, scene.destination, rules), 0x01, 0);
  Stopped(scene.Run(job, Hole::kUnmapped, scene.destination, rules), 0x84, kReached);
  Stopped(scene.Run(job, Hole::kUnmapped, scene.source, rules), 0x04, kReached);
});

const Register addresses("model: fault addresses are those of bytes where they are not rounded",
                         [] {
                           Scene scene;
                           HoledMemory memory;
                           const auto job = FillJob(&scene.destination[kOffset], 1, kBytes);
                           for (const bool round : {false, true}) {
                             const auto record = device_model::Execute(
                                 job, memory, {.round_fault_addresses = round},
                                 {.at = 5000, .on_write = true});
                             Stopped(record, 0x83, 5000);
                             const uint64_t exact = AddressOf(&scene.destination[kOffset + 5000]);
                             Equal(record.fault_address, round ? exact & ~uint64_t{4095} : exact);
                           }
                         });

}  // namespace
}  // namespace datamover::test

#endif
