#include "btt_image.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "btt/check.h"
#include "btt/commit.h"
#include "btt/device.h"
#include "btt/format.h"
#include "btt_log.h"
#include "btt_replay.h"
#include "check.h"

namespace datamover::test {
namespace {

using btt::Begun;
using btt::Info;

struct NoMedium final : btt::Medium {
  int Flush(const void*, size_t) override { return 0; }
  int Drain() override { return 0; }
};

Image Formatted(btt::FormatOptions options = {.block_bytes = 512, .free_blocks = 8},
                size_t bytes = btt::kMinArena) {
  Image image(bytes);
  NoMedium medium;
  Equal(btt::Format(image.bytes(), options, medium), 0, "format");
  return image;
}

std::unique_ptr<btt::Device> Open(const Image& image) {
  NoMedium medium;
  return btt::Device::Open(image.bytes(), medium, btt::kMinArena);
}

Info& InfoOf(const Image& image) { return *reinterpret_cast<Info*>(image.bytes().data()); }

// The figures are those of libpmemblk for a pool of 64 MiB.
const Register figures("btt: sizes and offsets", [] {
  const auto info = btt::Lay((64 << 20) - 8192, 4096, 256);
  Equal(info->external_nlba, 16103u);
  Equal(info->internal_nlba, 16359u);
  Equal(info->mapoff, 0x3fe9000u);
  Equal(info->flogoff, 0x3ff9000u);
  Equal(info->infooff, 0x3ffd000u);
  Equal(btt::Lay(btt::kMinArena, 520, 256)->internal_lbasize, 768u);
  Equal(btt::Lay(btt::kMinArena, 4104, 256)->internal_lbasize, 4352u);
  Check(!btt::Lay(btt::kMinArena, 1 << 20, 256), "fewer than twice as many blocks as are free");
});

const Register checksum("btt: the checksum is that of libpmemblk", [] {
  Info info = {};
  for (size_t i = 0; i < sizeof info.uuid; ++i) info.uuid[i] = static_cast<uint8_t>(i);
  info.nfree = 256;
  const uint64_t before = btt::Checksum(info);
  info.checksum = 77;
  Equal(btt::Checksum(info), before, "it does not count itself");
  // By the definition: sums of words, and sums of these.
  uint32_t low = 0, high = 0, words[1024];
  info.checksum = 0;
  std::memcpy(words, &info, sizeof words);
  for (const uint32_t word : words) high += low += word;
  Equal(before, uint64_t{high} << 32 | low);
});

const Register second_block("btt: an info block that is damaged is restored from the other", [] {
  for (const bool first : {true, false}) {
    const Image image = Formatted();
    const Info whole = InfoOf(image);
    Info& harmed =
        first ? InfoOf(image) : *reinterpret_cast<Info*>(image.bytes().data() + whole.infooff);
    harmed.nfree ^= 1;
    Equal(btt::Check(image.bytes()).size(), size_t{1});
    Check(Open(image) != nullptr, "it does not open");
    Check(std::memcmp(&harmed, &whole, sizeof whole) == 0, "not restored");
    Check(btt::Check(image.bytes()).empty(), "inconsistent");
  }
  const Image image = Formatted();
  std::memset(image.bytes().data() + InfoOf(image).infooff, 0, sizeof(Info));
  std::memset(image.bytes().data(), 0, sizeof(Info));
  Check(Open(image) == nullptr, "it opens with no info block");
});

const Register apart("btt: flog entries as some kernels place them", [] {
  const Image image = Formatted();
  auto* const slots =
      reinterpret_cast<btt::FlogSlot*>(image.bytes().data() + InfoOf(image).flogoff);
  // A lane that has written once, to block 5.
  const uint32_t free = slots[2].entries[0].old_map & btt::map_entry::kBlock;
  slots[2].entries[2] = {5, 5 | btt::map_entry::kNormal, free | btt::map_entry::kNormal, 2};
  const auto device = Open(image);
  Check(!device->read_only(), "read only");
  const auto& arena = *device->arenas()[0];
  Equal(arena.map()[5], free | btt::map_entry::kNormal, "the write that was not finished");
  Check(&arena.entry(2, 1) == &slots[2].entries[2], "it goes on elsewhere");
  slots[3].entries[1] = {1, 1, 1, 2};
  Check(Open(image)->read_only(), "entries of both kinds");
});

const Register damaged("btt: damaged metadata is found, and makes the device read only", [] {
  const auto with = [](auto change) {
    const Image image = Formatted();
    const Info& info = InfoOf(image);
    change(reinterpret_cast<uint32_t*>(image.bytes().data() + info.mapoff),
           reinterpret_cast<btt::FlogSlot*>(image.bytes().data() + info.flogoff), info);
    Check(!btt::Check(image.bytes()).empty(), "not found");
    const auto device = Open(image);
    Check(device != nullptr, "it does not open");
    return device->read_only();
  };
  using Slots = btt::FlogSlot*;
  Check(with([](uint32_t*, Slots slots, const Info&) { slots[1] = {}; }), "no sequence number");
  Check(
      with([](uint32_t*, Slots slots, const Info&) { slots[1].entries[1] = slots[1].entries[0]; }),
      "the same number twice");
  Check(with([](uint32_t*, Slots slots, const Info&) { slots[1].entries[0].seq = 4; }), "4");
  Check(with([](uint32_t*, Slots slots, const Info&) {
          slots[1].entries[0].old_map = slots[2].entries[0].old_map;
        }),
        "two lanes, one block");
  Check(with([](uint32_t*, Slots slots, const Info& info) {
          slots[1].entries[0].old_map = info.internal_nlba;
        }),
        "a block that there is not");
  Check(with([](uint32_t* map, Slots, const Info&) { map[7] = 8 | btt::map_entry::kNormal; }),
        "two map entries, one block");
});

const Register immodest("btt: an arena with more free blocks than anybody uses is none", [] {
  constexpr uint64_t kBytes = 4 * btt::kMinArena;
  for (const uint32_t more : {0u, 1u, 0x3f00'0000u}) {
    const uint32_t free = btt::kMostFreeBlocks + more;
    auto info = btt::Lay(kBytes, 512, btt::kMostFreeBlocks);
    std::memcpy(info->signature, btt::kSignature, sizeof btt::kSignature);
    info->major = 1;
    info->external_lbasize = info->internal_lbasize = 1;
    info->nfree = free;
    info->external_nlba = 16;
    info->internal_nlba = free + 16;
    info->mapoff = btt::RoundUp(info->dataoff + info->internal_nlba, 4096);
    info->flogoff = info->mapoff + 4096;
    info->infooff = btt::RoundUp(info->flogoff + uint64_t{free} * sizeof(btt::FlogSlot), 4096);
    info->infooff = std::max(info->infooff, btt::kMinArena);
    info->checksum = btt::Checksum(*info);
    Equal(btt::IsValid(*info, btt::kMaxArena), more == 0, std::to_string(free));
    Equal(btt::Lay(kBytes, 512, free).has_value(), more == 0, std::to_string(free));
  }
});

const Register small("btt: an arena of less than 16 MiB is none", [] {
  for (const uint64_t bytes : {btt::kMinArena, btt::kMinArena - 4096}) {
    auto info = btt::Lay(bytes, 512, 8);
    std::memcpy(info->signature, btt::kSignature, sizeof btt::kSignature);
    info->major = 1;
    info->checksum = btt::Checksum(*info);
    Equal(btt::IsValid(*info, btt::kMinArena), bytes == btt::kMinArena);
  }
});

const Register unfinished("btt: a write that recovery would finish is no contradiction", [] {
  const Image image = Formatted();
  const Info& info = InfoOf(image);
  auto* const map = reinterpret_cast<uint32_t*>(image.bytes().data() + info.mapoff);
  auto* const slots = reinterpret_cast<btt::FlogSlot*>(image.bytes().data() + info.flogoff);
  // The next lane has logged a write over one that the lane before has logged, too.
  const uint32_t first = slots[2].entries[0].old_map & btt::map_entry::kBlock;
  const uint32_t second = slots[3].entries[0].old_map & btt::map_entry::kBlock;
  slots[2].entries[1] = {5, 5 | btt::map_entry::kNormal, first | btt::map_entry::kNormal, 2};
  slots[3].entries[1] = {5, first | btt::map_entry::kNormal, second | btt::map_entry::kNormal, 2};
  Check(btt::Check(image.bytes()).empty(), "a contradiction");
  Equal(map[5], 0u, "the map was written");
});

const Register hostile("btt: images that are random in places do no harm", [] {
  Random random(41);
  for (int round = 0; round < 100; ++round) {
    const Image image = Formatted();
    Info& info = InfoOf(image);
    const auto harm = [&](uint64_t at, uint64_t bytes) {
      for (uint32_t i = 0; i < 1 + random.Below(8); ++i) {
        const uint64_t word = at / 4 + random.Below(static_cast<uint32_t>(bytes / 4));
        reinterpret_cast<uint32_t*>(image.bytes().data())[word] =
            random.Below(2) == 0 ? random.Next() : random.Below(40000);
      }
    };
    if (random.Below(2) == 0) {
      harm(48, 72);
      info.checksum = btt::Checksum(info);
    }
    constexpr uint64_t kFlog = btt::kMinArena - 2 * 4096;
    if (random.Below(2) == 0) harm(kFlog, 8 * sizeof(btt::FlogSlot));
    if (random.Below(2) == 0) harm(kFlog - 100'000, 100'000);
    btt::Check(image.bytes());
    const auto device = Open(image);
    if (device == nullptr) continue;
    NoMedium medium;
    for (int turn = 0; turn < 50; ++turn) {
      const uint64_t block =
          random.Below(static_cast<uint32_t>(std::min<uint64_t>(device->blocks(), 60000)));
      const auto read = device->BeginRead(1, block);
      const auto write = device->BeginWrite(1, block);
      for (const auto& start : {read, write}) {
        if (start.begun != Begun::kCopy) continue;
        Check(start.offset + device->block_bytes() <= image.bytes().size(), "out of the image");
        image.bytes()[start.offset + device->block_bytes() - 1] ^= 1;
      }
      if (read.begun == Begun::kCopy) device->EndRead(read.lane);
      if (write.begun != Begun::kCopy) continue;
      btt::Change change{btt::Change::Kind::kWrite, write.lane, block};
      btt::Commit(*device, {&change, 1}, medium);
    }
  }
});

/// An image that is being formatted is what it was, or none, or formatted.
const Register format_crashes("btt: power failures while it is formatted", [] {
  Random random(43);
  const btt::FormatOptions fresh{
      .block_bytes = 4096, .free_blocks = 8, .uuid = {2}, .arena_bytes = btt::kMinArena};
  for (const size_t arenas : {1, 2}) {
    for (const uint32_t old_block : {0u, 512u, 4096u}) {
      Image before(arenas * btt::kMinArena);
      btt::FormatOptions old = fresh;
      old.block_bytes = old_block;
      old.uuid = {1};
      NoMedium medium;
      if (old_block != 0) {
        Equal(btt::Format(before.bytes(), old, medium), 0);
        const auto device = btt::Device::Open(before.bytes(), medium, btt::kMinArena);
        for (uint32_t block = 0; block < 100; ++block) {
          const auto start = device->BeginWrite(1, block);
          btt::Change change{btt::Change::Kind::kWrite, start.lane, block};
          btt::Commit(*device, {&change, 1}, medium);
        }
      }
      Image image(before);
      Log log(image.bytes());
      Recorded<btt::DirectMedium> recorded(Hand{log, nullptr});
      Equal(btt::Format(image.bytes(), fresh, recorded), 0);
      uint32_t states = 0;
      Replay replay(before.bytes(), random, [&](size_t) {
        ++states;
        Log opening(before.bytes());
        Recorded<btt::DirectMedium> hand(Hand{opening, nullptr});
        const auto device = btt::Device::Open(before.bytes(), hand, btt::kMinArena);
        if (device != nullptr) {
          Check(!device->read_only(), "read only");
          Check(btt::Check(before.bytes(), btt::kMinArena).empty(), "inconsistent");
          const bool is_old = device->arenas()[0]->info().uuid[0] == 1;
          const auto found = device->BeginRead(1, 3).begun;
          Check(found == (is_old ? Begun::kCopy : Begun::kZeros), "neither old nor new");
        }
        Undo(before.bytes(), opening.events());
      });
      replay.Run(log.events(), [&](const Event& event) -> uint32_t {
        return event.kind == Event::Kind::kStore ? random.Below(40) == 0 : 6;
      });
      Check(states > 10, "few states");
    }
  }
});

}  // namespace
}  // namespace datamover::test
