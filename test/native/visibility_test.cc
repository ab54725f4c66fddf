#include <algorithm>
#include <vector>

#include "check.h"
#include "descriptors.h"
#include "engine/execute.h"
#include "engine/kernels.h"

namespace datamover::test {
namespace {

namespace flag = abi::flag;
using abi::Opcode;
using abi::Status;

const Register durable("visibility: what is durable or read back is written as ever", [] {
  const std::vector<uint8_t> source(100'000, 0x5a);
  for (const uint32_t flags : {flag::kCacheControl2, flag::kCacheControl2 | flag::kCacheControl1}) {
    std::vector<uint8_t> target(source.size() + 1);
    auto job = MoveJob(target.data() + 1, source.data(), static_cast<uint32_t>(source.size()));
    job.flags_opcode |= flags;
    const auto record = engine::Execute(job);
    // Lines can be written back wherever they can be flushed.
    const bool able =
        (flags & flag::kCacheControl1) != 0 || engine::FlushLines(target.data(), 0, /*keep=*/true);
    Equal(record.status, static_cast<uint8_t>(able ? Status::kSuccess : Status::kInvalidFlags));
    Check(std::equal(source.begin(), source.end(), target.begin() + 1), "copied");
  }
});

const Register readback("visibility: a drain reads back the addresses that its flags say", [] {
  uint8_t bytes[2] = {1, 2};
  struct Case {
    uint32_t flags;
    uint64_t first;
    uint64_t second;
    Status status;
  };
  const uint64_t there = AddressOf(bytes);
  const Case cases[] = {
      {0, 0, 0, Status::kSuccess},
      {flag::kDrainReadback1, there, 0, Status::kSuccess},
      {flag::kDrainReadback2, 0, there + 1, Status::kSuccess},
      {flag::kDrainReadback1 | flag::kDrainReadback2, there, there + 1, Status::kSuccess},
      {flag::kDrainReadback1, 0, there, Status::kReadbackFault},
      {flag::kDrainReadback1 | flag::kDrainReadback2, there, 0, Status::kReadbackFault},
      {flag::kDrainNoReadbackA | flag::kDrainNoReadbackB, 0, 0, Status::kSuccess},
  };
  for (const auto& [flags, first, second, status] : cases) {
    abi::CompletionRecord record = {};
    auto job = Reporting(Describe(Opcode::kDrain, flags), record);
    job.readback1 = first;
    job.readback2 = second;
    Equal(engine::Execute(job).status, static_cast<uint8_t>(status));
  }
});

}  // namespace
}  // namespace datamover::test
