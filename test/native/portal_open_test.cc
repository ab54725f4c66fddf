#include "check.h"
#include "portal/cpu.h"
#include "portal/work_queue.h"

#if defined(__linux__)

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace datamover::test {
namespace {

using portal::OpenError;
using portal::QueueSettings;
using portal::SubmitBy;
using portal::WorkQueue;

constexpr off_t kPage = 4096;

/// A file in the place of a device, as a device model has it; gone with its object.
class Ordinary {
 public:
  explicit Ordinary(off_t bytes) : file_(mkstemp(name_)) {
    if (ftruncate(file_, bytes) != 0) Check(false, "no room for a file");
    setenv("DATAMOVER_DEVICE_MODEL", "/nowhere", 1);
  }
  ~Ordinary() {
    unsetenv("DATAMOVER_DEVICE_MODEL");
    close(file_);
    unlink(name_);
  }
  std::string path() const { return name_; }
  /// The first descriptor that was stored or written.
  abi::Descriptor First() const {
    abi::Descriptor first = {};
    Equal(pread(file_, &first, sizeof first, 0), ssize_t{sizeof first});
    return first;
  }

 private:
  char name_[32] = "/tmp/datamover-portal-XXXXXX";
  const int file_;
};

/// It cannot be opened, for this step.
void Refused(const QueueSettings& settings, const std::string& step) {
  const auto opened = WorkQueue::Open(settings);
  const auto* error = std::get_if<OpenError>(&opened);
  Check(error && error->step == step, error ? error->step : "opened");
}

std::shared_ptr<WorkQueue> Opened(const QueueSettings& settings) {
  return std::get<std::shared_ptr<WorkQueue>>(WorkQueue::Open(settings));
}

abi::Descriptor Marked(uint64_t mark) {
  abi::Descriptor descriptor = {};
  descriptor.source = mark;
  return descriptor;
}

const Register mapped("a mapped page is stored to, where the CPU has the instruction", [] {
  const Ordinary file(kPage);
  const QueueSettings settings = {
      .path = file.path(), .dedicated = true, .size = 4, .submit_by = SubmitBy::kPortal};
  if (!portal::Cpu().movdir64b) return Refused(settings, "instruction");
  const auto queue = Opened(settings);
  Check(queue->submits_by() == SubmitBy::kPortal, "not by the portal");
  const abi::Descriptor one = Marked(7);
  Equal(queue->Submit({&one, 1}), 1u);
  Equal(file.First().source, one.source);
});

const Register enqcmd("a shared queue needs the instruction for those", [] {
  const Ordinary file(kPage);
  if (portal::Cpu().enqcmd) return;
  Refused({.path = file.path(), .size = 4}, "instruction");
});

const Register written("an empty file is written to, one descriptor behind the other", [] {
  const Ordinary file(0);
  const auto queue = Opened({.path = file.path(), .size = 4, .submit_by = SubmitBy::kWrite});
  Check(queue->submits_by() == SubmitBy::kWrite, "not by write()");
  const std::vector<abi::Descriptor> two = {Marked(1), Marked(2)};
  Equal(queue->Submit(two), 2u);
  Equal(file.First().source, two[0].source);
});

const Register unfit("what is no device, and no file of a device model, is not touched", [] {
  {
    const Ordinary half(kPage / 2);
    Refused({.path = half.path(), .size = 4}, "kind");
  }
  const Ordinary file(kPage);
  Refused({.path = file.path(), .size = 4, .submit_by = SubmitBy::kWrite}, "mmap");
  unsetenv("DATAMOVER_DEVICE_MODEL");
  Refused({.path = file.path(), .size = 4}, "kind");
});

const Register broken("a queue that refuses by write() is lost, with the reason", [] {
  const auto queue = Opened({.path = "/dev/full", .size = 4, .submit_by = SubmitBy::kWrite});
  const abi::Descriptor one = {};
  Equal(queue->Submit({&one, 1}), 0u);
  Check(queue->lost(), "not lost");
  Equal(queue->last_error(), ENOSPC);
  Equal(queue->Submit({&one, 1}), 0u);
});

const Register child("a child of fork() hands nothing over", [] {
  const Ordinary file(0);
  const auto queue = Opened({.path = file.path(), .size = 4, .submit_by = SubmitBy::kWrite});
  const abi::Descriptor one = {};
  const pid_t process = fork();
  if (process == 0) _exit(static_cast<int>(queue->Submit({&one, 1})));
  int status = -1;
  waitpid(process, &status, 0);
  Check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "handed over");
  Equal(queue->Submit({&one, 1}), 1u);
});

}  // namespace
}  // namespace datamover::test

#endif
