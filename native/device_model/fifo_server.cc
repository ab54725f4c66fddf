#include "device_model/fifo_server.h"

#include <fcntl.h>
#include <signal.h>

#include <array>
#include <cerrno>

#include "device_model/find_client.h"
#include "device_model/sysfs_tree.h"

namespace datamover::device_model {

namespace {

constexpr int kPipeBytes = 4096;

}  // namespace

FifoServer::FifoServer(Device& device, Loop& loop, WorkQueue& queue)
    : device_(device),
      loop_(loop),
      queue_(queue),
      path_(DeviceFile(device.options(), queue.options)) {
  // Open for writing, too, so that it has no end when the client is gone.
  file_ = File(open(path_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  fcntl(file_.number(), F_SETPIPE_SZ, kPipeBytes);
  loop_.Add(file_.number(), [this] { Receive(); });
  loop_.AddPoll([this] { return Submit(); });
}

void FifoServer::Receive() {
  std::array<abi::Descriptor, kPipeBytes / sizeof(abi::Descriptor)> jobs;
  const ssize_t bytes = read(file_.number(), jobs.data(), sizeof jobs);
  if (bytes <= 0) return;
  if (!client_ || kill(client_->process, 0) != 0) {
    const auto process = FindClient(path_);
    if (!process) return;
    client_ = std::make_shared<Client>(*process, device_.behaviour().real_faults);
  }
  waiting_.assign(jobs.begin(), jobs.begin() + bytes / static_cast<ssize_t>(sizeof jobs[0]));
  Submit();
  // A pipe cannot say that the queue is full: what it took waits here, and more waits in the pipe.
  if (!waiting_.empty()) loop_.Remove(file_.number());
}

bool FifoServer::Submit() {
  const size_t before = waiting_.size();
  while (!waiting_.empty() && device_.Write(queue_, client_, waiting_.front()) != EAGAIN) {
    waiting_.pop_front();
  }
  if (before > 0 && waiting_.empty()) loop_.Add(file_.number(), [this] { Receive(); });
  return waiting_.size() < before;
}

}  // namespace datamover::device_model
