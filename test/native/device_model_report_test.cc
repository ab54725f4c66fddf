#if defined(__linux__)

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "model_device.h"
#include "model_memory.h"

// Which records are written, how, and what becomes of errors that none tells of.
namespace datamover::test {
namespace {

using abi::Opcode;
namespace flag = abi::flag;

/// Remembers what was written, in order.
class RecordingMemory final : public device_model::Memory {
 public:
  size_t Read(uint64_t, std::span<uint8_t>) override { return 0; }
  size_t Write(uint64_t address, std::span<const uint8_t> from) override {
    for (size_t i = 0; i < from.size(); ++i) written.push_back(address + i);
    return from.size();
  }
  size_t Present(uint64_t, size_t bytes, Access, From) override { return bytes; }

  std::vector<uint64_t> written;
};

const Register last("model: the status is written when all else is", [] {
  RecordingMemory memory;
  auto job = Describe(Opcode::kNop, kRecordFlags);
  job.record_address = 0x1000;
  abi::CompletionRecord record = {};
  record.status = 1;
  Check(device_model::Report(job, record, memory), "reported");
  Equal(memory.written.size(), 32u);
  Equal(memory.written.back(), 0x1000u);
});

const Register silence("model: who asks for no record gets one only of an error", [] {
  for (unsigned status = 1; status < 0x20; ++status) {
    for (const uint32_t flags : {0u, flag::kRecordAddressValid, kRecordFlags}) {
      RecordingMemory memory;
      auto job = Describe(Opcode::kNop, flags);
      job.record_address = 0x1000;
      abi::CompletionRecord record = {};
      record.status = static_cast<uint8_t>(status == 3 ? 0x83 : status);
      Check(device_model::Report(job, record, memory), "nothing went wrong");
      const bool quiet = status == 1 || status == 2 || status == 5;
      const bool written = flags == kRecordFlags || (flags != 0 && !quiet);
      Equal(!memory.written.empty(), written, std::to_string(status));
    }
  }
});

std::string Errors(ModelDevice& model) { return model.Attribute("dsa0/errors"); }

std::string RegisterText(const std::string& flags, const std::string& operation,
                         const std::string& word) {
  return "00000000,00000000,00000000,00000000," + flags + ",00000000," + operation + "," + word +
         "\n";
}

const device_model::QueueOptions kQueue = {.queue = 3, .size = 8, .threshold = 8};

void Submit(ModelDevice& model, const abi::Descriptor& job) {
  Check(model->Enqueue(model.queue(), model.client, job), "accepted");
  model->Work();
}

const Register unrecorded("model: the device's attribute has the error that no record has", [] {
  ModelDevice model(kQueue);
  const auto none = Errors(model);
  uint8_t byte = 0;
  Submit(model, FillJob(&byte, 1, 1));
  EqualText(Errors(model), none);
  Submit(model, FillJob(&byte, 1, 0));
  // Valid, of a descriptor, of queue 3: error 13 of operation 4.
  EqualText(Errors(model), RegisterText("00000000", "00000004", "0003130d"));
  auto flags = FillJob(&byte, 1, 1);
  flags.flags_opcode |= flag::kCheckResult;
  Submit(model, flags);
  EqualText(Errors(model), RegisterText("00000080", "00000004", "0003110d"));
  abi::CompletionRecord record = {};
  Submit(model, Reporting(flags, record));
  Equal(record.status, 0x11);
  Equal(record.invalid_flags, uint32_t{flag::kCheckResult});
});

const Register misaligned("model: with a record address that is misaligned nothing is done", [] {
  ModelDevice model(kQueue);
  abi::CompletionRecord records[2] = {};
  uint8_t byte = 0;
  auto job = Reporting(FillJob(&byte, 1, 1), records[0]);
  job.record_address += 16;
  Submit(model, job);
  Equal(byte, 0);
  Equal(records[0].status, 0x00);
  Equal(records[1].status, 0x00);
  EqualText(Errors(model), RegisterText("00000000", "00000004", "00031b0d"));
  Equal(model.counted().unreported, 1u);
});

const Register nowhere("model: a record that cannot be written is an error of its own", [] {
  ModelDevice model(kQueue);
  auto job = Describe(Opcode::kNop, kRecordFlags);
  job.record_address = 0x1000;
  Submit(model, job);
  // A write to that address.
  EqualText(Errors(model),
            "00000000,00000000,00000000,00001000,00000000,00000000,00000000,00031a2d\n");
});

const Register member("model: an error of a member is said to be one", [] {
  ModelDevice model(kQueue);
  uint8_t byte = 0;
  alignas(64) const std::array<abi::Descriptor, 2> list = {FillJob(&byte, 1, 1),
                                                           FillJob(&byte, 1, 0)};
  abi::CompletionRecord record = {};
  Submit(model, Reporting(BatchJob(list.data(), 2), record));
  Equal(record.status, 0x05);
  Equal(record.bytes_completed, 2u);
  EqualText(Errors(model), RegisterText("00000000", "00000004", "0003131d"));
  Equal(model.counted().members, 2u);
});

const Register injected("model: injected faults are where they are reported to be", [] {
  ModelDevice model(kQueue, {.fault_every = 2});
  std::vector<uint8_t> target(5000);
  size_t faults = 0, rounded = 0;
  for (int i = 0; i < 100; ++i) {
    std::fill(target.begin(), target.end(), uint8_t{0});
    abi::CompletionRecord record = {};
    Submit(model, Reporting(FillJob(target.data(), 0x0101010101010101, 5000), record));
    if (record.status == 0x01) continue;
    ++faults;
    rounded += record.fault_address % 4096 == 0;
    Equal(record.status, 0x83);
    Equal(static_cast<uint32_t>(std::count(target.begin(), target.end(), 1)),
          record.bytes_completed);
  }
  Equal(faults, 50u);
  Equal(model.counted().injected, 50u);
  Check(rounded > 10 && rounded < 50, "addresses of both kinds");
});

}  // namespace
}  // namespace datamover::test

#endif
