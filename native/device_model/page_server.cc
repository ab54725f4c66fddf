#include "device_model/page_server.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "device_model/find_client.h"
#include "device_model/sysfs_tree.h"

namespace datamover::device_model {

namespace {

constexpr size_t kPage = 4096;
constexpr size_t kSlots = kPage / sizeof(abi::Descriptor);

std::atomic<uint64_t>& FirstWord(abi::Descriptor& slot) {
  return *reinterpret_cast<std::atomic<uint64_t>*>(&slot);
}

}  // namespace

PageServer::PageServer(Device& device, Loop& loop, WorkQueue& queue)
    : device_(device), queue_(queue), path_(DeviceFile(device.options(), queue.options)) {
  file_ = File(open(path_.c_str(), O_RDWR | O_CLOEXEC));
  void* const page = mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_SHARED, file_.number(), 0);
  if (page == MAP_FAILED) {
    std::perror("device_model: mmap");
    std::exit(1);
  }
  slots_ = static_cast<abi::Descriptor*>(page);
  loop.AddPoll([this] { return Poll(); });
}

PageServer::~PageServer() { munmap(slots_, kPage); }

bool PageServer::Poll() {
  abi::Descriptor* const slot = NextFilled();
  if (!slot) return false;
  abi::Descriptor job;
  std::memcpy(&job, slot, sizeof job);
  std::memset(slot, 0, sizeof *slot);
  if (!client_ || kill(client_->process, 0) != 0) {
    const auto process = FindClient(path_);
    if (!process) return true;
    client_ = std::make_shared<Client>(*process, device_.behaviour().real_faults);
  }
  device_.Store(queue_, client_, job);
  return true;
}

abi::Descriptor* PageServer::NextFilled() {
  // A client fills them in turn, but one that has come anew begins with the first.
  for (size_t i = 0; i < kSlots; ++i) {
    abi::Descriptor& slot = slots_[(next_ + i) % kSlots];
    // All 64 bytes arrive at once, so the first word tells of the others; a no-op without any flag
    // is not seen.
    if (FirstWord(slot).load(std::memory_order_acquire) == 0) continue;
    next_ += i + 1;
    return &slot;
  }
  return nullptr;
}

}  // namespace datamover::device_model
