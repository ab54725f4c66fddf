#include "device_model/trap_server.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>

#include "device_model/listen.h"

namespace datamover::device_model {

namespace {

bool HasAnswer(RequestKind kind) { return kind != RequestKind::kStore; }

}  // namespace

TrapServer::TrapServer(Device& device, Loop& loop)
    : device_(device),
      loop_(loop),
      listener_(Listen(device.options().root + "/" + kSocketName, SOCK_SEQPACKET)) {
  loop_.Add(listener_.number(), [this] { Accept(); });
}

void TrapServer::Accept() {
  File file(accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
  if (file.number() < 0) return;
  ucred peer = {};
  socklen_t size = sizeof peer;
  getsockopt(file.number(), SOL_SOCKET, SO_PEERCRED, &peer, &size);
  const int number = file.number();
  auto connection = std::make_unique<Connection>();
  connection->file = std::move(file);
  connection->client = std::make_shared<Client>(peer.pid, device_.behaviour().real_faults);
  loop_.Add(number, [this, &connection = *connection] { Receive(connection); });
  connections_[number] = std::move(connection);
}

void TrapServer::Receive(Connection& connection) {
  static Request request;
  const int file = connection.file.number();
  const ssize_t bytes = recv(file, &request, sizeof request, 0);
  if (bytes < static_cast<ssize_t>(offsetof(Request, descriptors))) return Close(connection);
  WorkQueue* const queue = device_.Find(request.device, request.queue);
  const Answer answer = {queue ? Handle(connection, request, queue) : ENODEV};
  if (!HasAnswer(request.kind)) return;
  if (send(file, &answer, sizeof answer, MSG_NOSIGNAL) < 0) Close(connection);
}

int32_t TrapServer::Handle(Connection& connection, const Request& request, WorkQueue* queue) {
  switch (request.kind) {
    case RequestKind::kOpen: {
      const int error = device_.Open(*queue);
      if (error == 0) ++connection.opens[queue];
      return error;
    }
    case RequestKind::kClose:
      if (connection.opens[queue] == 0) return 0;
      --connection.opens[queue];
      device_.Finish(*queue, *connection.client);
      device_.Close(*queue);
      return 0;
    case RequestKind::kMap:
      return static_cast<int32_t>(device_.behaviour().mmap_errno);
    case RequestKind::kStore:
      device_.Store(*queue, connection.client, request.descriptors[0]);
      return 0;
    case RequestKind::kEnqueue:
      return !device_.Enqueue(*queue, connection.client, request.descriptors[0]);
    case RequestKind::kWrite:
      return Write(connection, request, *queue);
  }
  return EINVAL;
}

int32_t TrapServer::Write(Connection& connection, const Request& request, WorkQueue& queue) {
  int32_t taken = 0;
  for (; taken < static_cast<int32_t>(request.count); ++taken) {
    const int error = device_.Write(queue, connection.client, request.descriptors[taken]);
    if (error != 0) return taken > 0 ? taken : -error;
  }
  return taken;
}

void TrapServer::Close(Connection& connection) {
  device_.Drop(*connection.client);
  for (const auto& [queue, count] : connection.opens) {
    for (uint32_t i = 0; i < count; ++i) device_.Close(*queue);
  }
  const int number = connection.file.number();
  loop_.Remove(number);
  connections_.erase(number);
}

}  // namespace datamover::device_model
