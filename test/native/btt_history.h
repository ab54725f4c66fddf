#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace datamover::test {

/// What is asked of the blocks of a device, when, and what they may therefore hold.
class History {
 public:
  enum class Holds : uint8_t { kData, kZeros, kBad };

  /// Begins an operation, whose data consists of a version of its own. Returns its number.
  size_t Begin(uint64_t block, Holds holds, size_t now) {
    operations_.push_back({holds, operations_.size() + 1, now});
    by_block_[block].push_back(operations_.size() - 1);
    return operations_.size() - 1;
  }
  uint64_t version(size_t operation) const { return operations_[operation].version; }
  void Acknowledge(size_t operation, size_t now) {
    operations_[operation].ended = now;
    operations_[operation].acknowledged = true;
  }

  /// What had been asked when the power failed: nothing of it goes on.
  History Until(size_t now) const {
    History until = *this;
    for (auto& [block, numbers] : until.by_block_) {
      std::erase_if(numbers, [&](size_t number) { return operations_[number].begun >= now; });
    }
    for (Operation& operation : until.operations_) {
      if (operation.ended < now) continue;
      operation.ended = now;
      operation.acknowledged = false;
    }
    return until;
  }

  /// Whether the block may be found so by someone who looked from the one time to the other: the
  /// operation had begun, and none followed it that was acknowledged.
  bool Allows(uint64_t block, Holds holds, uint64_t version, size_t from, size_t to) const {
    if (holds == Holds::kZeros && !Overwritten(block, 0, from)) return true;
    const auto found = by_block_.find(block);
    if (found == by_block_.end()) return false;
    for (const size_t number : found->second) {
      const Operation& operation = operations_[number];
      const bool same =
          operation.holds == holds && (holds != Holds::kData || operation.version == version);
      if (same && operation.begun < to && !Overwritten(block, operation.ended, from)) return true;
    }
    return false;
  }

 private:
  static constexpr size_t kNever = SIZE_MAX;

  struct Operation {
    Holds holds;
    uint64_t version;
    size_t begun;  // from 1 on
    size_t ended = kNever;
    bool acknowledged = false;
  };

  /// Whether an operation began after the one time, and was acknowledged before the other.
  bool Overwritten(uint64_t block, size_t after, size_t before) const {
    const auto found = by_block_.find(block);
    if (found == by_block_.end()) return false;
    for (const size_t number : found->second) {
      const Operation& other = operations_[number];
      if (other.begun > after && other.acknowledged && other.ended < before) return true;
    }
    return false;
  }

  std::vector<Operation> operations_;
  std::map<uint64_t, std::vector<size_t>> by_block_;
};

}  // namespace datamover::test
