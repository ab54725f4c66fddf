#include "device_model/trap_client.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

namespace datamover::device_model {

namespace {

constexpr size_t kHeader = offsetof(Request, descriptors);

/// Whether the packet holds what its header says, and no less than its kind needs.
bool IsWhole(const Request& request, size_t bytes) {
  if (request.count > kMaxWrite) return false;
  if (bytes != kHeader + request.count * sizeof request.descriptors[0]) return false;
  const bool submits = request.kind == RequestKind::kStore || request.kind == RequestKind::kEnqueue;
  return !submits || request.count == 1;
}

}  // namespace

TrapClient::TrapClient(Device& device, std::shared_ptr<Client> client)
    : device_(device), client_(std::move(client)) {}

void TrapClient::End() {
  device_.Drop(*client_);
  for (const auto& [queue, count] : opens_) {
    for (uint32_t i = 0; i < count; ++i) device_.Close(*queue);
  }
  opens_.clear();
}

bool TrapClient::Take(std::span<const uint8_t> packet, std::optional<Answer>& answer) {
  Request request;
  if (packet.size() < kHeader || packet.size() > sizeof request) return false;
  std::memcpy(&request, packet.data(), packet.size());
  if (!IsWhole(request, packet.size())) return false;
  WorkQueue* const queue = device_.Find(request.device, request.queue);
  const int32_t value = queue ? Handle(request, *queue) : ENODEV;
  if (request.kind != RequestKind::kStore) answer = Answer{value};
  return true;
}

int32_t TrapClient::Handle(const Request& request, WorkQueue& queue) {
  switch (request.kind) {
    case RequestKind::kOpen: {
      const int error = device_.Open(queue);
      if (error == 0) ++opens_[&queue];
      return error;
    }
    case RequestKind::kClose:
      if (opens_[&queue] == 0) return 0;
      --opens_[&queue];
      device_.Finish(queue, *client_);
      device_.Close(queue);
      return 0;
    case RequestKind::kMap:
      return static_cast<int32_t>(device_.behaviour().mmap_errno);
    case RequestKind::kStore:
      device_.Store(queue, client_, request.descriptors[0]);
      return 0;
    case RequestKind::kEnqueue:
      return !device_.Enqueue(queue, client_, request.descriptors[0]);
    case RequestKind::kWrite:
      return Write(request, queue);
  }
  return EINVAL;
}

int32_t TrapClient::Write(const Request& request, WorkQueue& queue) {
  int32_t taken = 0;
  for (; taken < static_cast<int32_t>(request.count); ++taken) {
    const int error = device_.Write(queue, client_, request.descriptors[taken]);
    if (error != 0) return taken > 0 ? taken : -error;
  }
  return taken;
}

}  // namespace datamover::device_model
