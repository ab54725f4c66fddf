#include "device_model/control.h"

#include <sys/socket.h>

#include <array>
#include <sstream>

#include "device_model/listen.h"

namespace datamover::device_model {

Control::Control(Device& device, Loop& loop)
    : device_(device),
      loop_(loop),
      listener_(Listen(device.options().root + "/" + kControlName, SOCK_STREAM)) {
  loop_.Add(listener_.number(), [this] { Accept(); });
}

void Control::Accept() {
  File file(accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
  const int number = file.number();
  if (number < 0) return;
  auto connection = std::make_unique<Connection>();
  connection->file = std::move(file);
  loop_.Add(number, [this, &connection = *connection] { Receive(connection); });
  connections_[number] = std::move(connection);
}

void Control::Receive(Connection& connection) {
  std::array<char, 4096> bytes;
  const int number = connection.file.number();
  const ssize_t count = recv(number, bytes.data(), bytes.size(), 0);
  // Nobody has so long a command.
  if (count <= 0 || connection.received.size() > bytes.size()) {
    loop_.Remove(number);
    connections_.erase(number);
    return;
  }
  connection.received.append(bytes.data(), static_cast<size_t>(count));
  for (size_t end; (end = connection.received.find('\n')) != std::string::npos;) {
    const std::string answer = Answer(connection.received.substr(0, end)) + "\n";
    connection.received.erase(0, end + 1);
    (void)send(number, answer.data(), answer.size(), MSG_NOSIGNAL);
  }
}

std::string Control::Answer(const std::string& line) {
  std::istringstream words(line);
  std::string command, name, value;
  words >> command >> name >> value;
  if (command == "stats") return device_.Statistics();
  if (command == "set" && SetBehaviour(device_.behaviour(), name, value)) return "true";
  WorkQueue* const queue = device_.Find(name);
  if (queue && (command == "enable" || command == "disable")) {
    device_.SetEnabled(*queue, command == "enable");
    return "true";
  }
  return "false";
}

}  // namespace datamover::device_model
