#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "btt/commit.h"
#include "btt/device.h"
#include "btt_history.h"
#include "btt_log.h"
#include "check.h"

// Threads that read and write a block device in an order that a seed decides, with several lanes in
// flight each.
namespace datamover::test {

struct WorkloadOptions {
  uint32_t threads = 3;
  uint32_t operations = 20;  // of each
  uint32_t in_flight = 3;    // of each
  std::vector<uint64_t> blocks;
  bool gathers = false;  // flushes as where pages are synced
};

/// The words of a block's data: all alike, so that it can be seen whether it is whole.
inline uint64_t Content(uint64_t block, uint64_t version) { return version << 32 | (block + 1); }

/// The version of a block's data; none where it is not whole.
inline std::optional<uint64_t> VersionOf(std::span<const uint64_t> words, uint64_t block) {
  for (const uint64_t word : words) {
    if (word != words[0]) return std::nullopt;
  }
  if ((words[0] & 0xffff'ffff) != block + 1) return std::nullopt;
  return words[0] >> 32;
}

/// Works on the device, whose image is that of the log.
class Workload {
 public:
  Workload(btt::Device& device, Log& log, uint32_t seed, WorkloadOptions options)
      : device_(device), log_(log), baton_(seed), options_(std::move(options)) {}

  void Run();
  const History& history() const { return history_; }

 private:
  struct Job;
  class Thread;

  btt::Device& device_;
  Log& log_;
  Baton baton_;
  const WorkloadOptions options_;
  History history_;
};

}  // namespace datamover::test
