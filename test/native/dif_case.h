#pragma once

#include <algorithm>
#include <cstdint>

#include "abi/dif.h"
#include "check.h"
#include "descriptors.h"
#include "device_model/execute.h"
#include "model_memory.h"

namespace datamover::test {

/// A job on data integrity fields that are right, or wrong in one place, with flags and tags of any
/// kind.
struct DifCase {
  static constexpr uint32_t kBlocks = 5;
  static constexpr uint32_t kMost = kBlocks * (4104 + abi::dif::kFieldBytes);

  Pages source{kMost};
  Pages destination{kMost};
  abi::Descriptor job;

  DifCase(abi::Opcode opcode, uint32_t seed) {
    Random random(seed);
    job = Reporting(Describe(opcode), SpareRecord());
    job.dif.flags = static_cast<uint8_t>(random.Below(16));
    job.source = AddressOf(source.data());
    const auto bytes = random.Bytes(kMost);
    std::copy(bytes.begin(), bytes.end(), source.data());
    const uint32_t blocks = 1 + random.Below(kBlocks);
    job.transfer_size = blocks * abi::dif::SourceUnit(job);
    const bool checks = opcode != abi::Opcode::kDifInsert;
    const bool makes = opcode == abi::Opcode::kDifInsert || opcode == abi::Opcode::kDifUpdate;
    const auto tags = [&random] {
      return abi::DifTags{random.Below(2) ? random.Next() : ~uint32_t{random.Below(3)},
                          static_cast<uint16_t>(random.Below(2) ? 0 : random.Next()),
                          static_cast<uint16_t>(random.Below(2) ? random.Next() : 0xffff)};
    };
    if (checks) {
      job.dif.source_flags = static_cast<uint8_t>(random.Next());
      job.dif.source = tags();
      Insert(random);
    }
    if (makes) {
      job.dif.destination_flags = static_cast<uint8_t>(random.Next() & 0xf8);
      job.dif.destination = tags();
    }
    if (opcode != abi::Opcode::kDifCheck) job.destination = AddressOf(destination.data());
  }

  /// Fields as the model makes them, then perhaps a wrong byte.
  void Insert(Random& random) {
    const uint32_t block = abi::dif::BlockBytes(job);
    const uint32_t blocks = job.transfer_size / abi::dif::SourceUnit(job);
    Pages data(kMost);
    const auto bytes = random.Bytes(kMost);
    std::copy(bytes.begin(), bytes.end(), data.data());
    auto insert = Reporting(Describe(abi::Opcode::kDifInsert), SpareRecord());
    insert.dif.flags = job.dif.flags;
    insert.dif.destination_flags = job.dif.source_flags & 0x90;  // how tags go on
    insert.dif.destination = job.dif.source;
    insert.source = AddressOf(data.data());
    insert.destination = job.source;
    insert.transfer_size = blocks * block;
    HoledMemory memory;
    (void)device_model::Execute(insert, memory, {}, {});
    const uint32_t unit = abi::dif::SourceUnit(job);
    const uint32_t at = random.Below(blocks) * unit;
    switch (random.Below(5)) {
      case 0:
        source[at + random.Below(unit)] ^= 1;
        break;
      case 1:  // an application tag of ones
        source[at + block + 2] = source[at + block + 3] = 0xff;
        break;
      case 2:  // nothing but ones
        std::fill_n(&source[at + block], abi::dif::kFieldBytes, uint8_t{0xff});
        break;
      default:
        break;
    }
  }
};

}  // namespace datamover::test
