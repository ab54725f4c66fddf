#include "device_model/trap_server.h"

#include <sys/socket.h>

#include <array>
#include <optional>
#include <span>
#include <utility>

#include "device_model/listen.h"

namespace datamover::device_model {

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
  auto client = std::make_shared<Client>(peer.pid, device_.behaviour().real_faults);
  auto connection = std::make_unique<Connection>(device_, std::move(client));
  connection->file = std::move(file);
  loop_.Add(number, [this, &connection = *connection] { Receive(connection); });
  connections_[number] = std::move(connection);
}

void TrapServer::Receive(Connection& connection) {
  static std::array<uint8_t, sizeof(Request)> packet;
  const int file = connection.file.number();
  const ssize_t bytes = recv(file, packet.data(), packet.size(), 0);
  std::optional<Answer> answer;
  const auto received = std::span(packet).first(bytes < 0 ? 0 : static_cast<size_t>(bytes));
  if (!connection.client.Take(received, answer)) return Close(connection);
  if (!answer) return;
  if (send(file, &*answer, sizeof *answer, MSG_NOSIGNAL) < 0) Close(connection);
}

void TrapServer::Close(Connection& connection) {
  connection.client.End();
  const int number = connection.file.number();
  loop_.Remove(number);
  connections_.erase(number);
}

}  // namespace datamover::device_model
