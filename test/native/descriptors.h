#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "abi/completion_record.h"
#include "abi/descriptor.h"

// Descriptors over memory of the tests' own.
namespace datamover::test {

inline constexpr uint32_t kRecordFlags = abi::flag::kRecordAddressValid | abi::flag::kRequestRecord;

inline uint64_t AddressOf(const void* memory) { return reinterpret_cast<uint64_t>(memory); }

/// Page-aligned memory that starts as zeros.
class Pages {
 public:
  explicit Pages(size_t bytes)
      : memory_(static_cast<uint8_t*>(::operator new(bytes, kAlignment))), size_(bytes) {
    std::fill_n(memory_.get(), bytes, uint8_t{0});
  }
  uint8_t* data() { return memory_.get(); }
  uint8_t& operator[](size_t index) { return memory_.get()[index]; }
  size_t size() const { return size_; }

 private:
  static constexpr std::align_val_t kAlignment{4096};
  struct Free {
    void operator()(uint8_t* memory) const { ::operator delete(memory, kAlignment); }
  };
  std::unique_ptr<uint8_t, Free> memory_;
  size_t size_;
};

inline abi::Descriptor Describe(abi::Opcode opcode, uint32_t flags = 0) {
  abi::Descriptor descriptor = {};
  descriptor.flags_opcode = static_cast<uint32_t>(opcode) << 24 | flags;
  return descriptor;
}

/// With `record` as the place of its record, which is requested.
inline abi::Descriptor Reporting(const abi::Descriptor& descriptor, abi::CompletionRecord& record) {
  auto reporting = descriptor;
  reporting.flags_opcode |= kRecordFlags;
  reporting.record_address = AddressOf(&record);
  return reporting;
}

inline abi::Descriptor MoveJob(void* destination, const void* source, uint32_t bytes) {
  auto job = Describe(abi::Opcode::kMemoryMove);
  job.source = AddressOf(source);
  job.destination = AddressOf(destination);
  job.transfer_size = bytes;
  return job;
}

inline abi::Descriptor FillJob(void* destination, uint64_t pattern, uint32_t bytes) {
  auto job = Describe(abi::Opcode::kFill);
  job.pattern = pattern;
  job.destination = AddressOf(destination);
  job.transfer_size = bytes;
  return job;
}

inline abi::Descriptor DualcastJob(void* destination1, void* destination2, const void* source,
                                   uint32_t bytes) {
  auto job = Describe(abi::Opcode::kDualcast);
  job.source = AddressOf(source);
  job.destination = AddressOf(destination1);
  job.dualcast.destination2 = AddressOf(destination2);
  job.transfer_size = bytes;
  return job;
}

inline abi::Descriptor FlushJob(const void* start, uint32_t bytes) {
  auto job = Describe(abi::Opcode::kCacheFlush);
  job.destination = AddressOf(start);
  job.transfer_size = bytes;
  return job;
}

// The following must have a record, so they come with one that is never written by Execute.

inline abi::CompletionRecord& SpareRecord() {
  static abi::CompletionRecord record = {};
  return record;
}

inline abi::Descriptor CompareJob(const void* a, const void* b, uint32_t bytes) {
  auto job = Reporting(Describe(abi::Opcode::kCompare), SpareRecord());
  job.source = AddressOf(a);
  job.source2 = AddressOf(b);
  job.transfer_size = bytes;
  return job;
}

inline abi::Descriptor ComparePatternJob(const void* a, uint64_t pattern, uint32_t bytes) {
  auto job = Reporting(Describe(abi::Opcode::kComparePattern), SpareRecord());
  job.source = AddressOf(a);
  job.compare_pattern = pattern;
  job.transfer_size = bytes;
  return job;
}

inline abi::Descriptor CrcJob(const void* source, uint32_t bytes, uint32_t seed = 0,
                              uint32_t flags = 0) {
  auto job = Reporting(Describe(abi::Opcode::kCrc, flags), SpareRecord());
  job.source = AddressOf(source);
  job.transfer_size = bytes;
  job.crc.seed = seed;
  return job;
}

inline abi::Descriptor CopyCrcJob(void* destination, const void* source, uint32_t bytes,
                                  uint32_t seed = 0, uint32_t flags = 0) {
  auto job = Reporting(Describe(abi::Opcode::kCopyCrc, flags), SpareRecord());
  job.source = AddressOf(source);
  job.destination = AddressOf(destination);
  job.transfer_size = bytes;
  job.crc.seed = seed;
  return job;
}

inline abi::Descriptor BatchJob(const abi::Descriptor* list, uint32_t count) {
  auto job = Describe(abi::Opcode::kBatch);
  job.list = AddressOf(list);
  job.count = count;
  return job;
}

inline abi::Descriptor DrainJob() {
  return Reporting(Describe(abi::Opcode::kDrain), SpareRecord());
}

}  // namespace datamover::test
