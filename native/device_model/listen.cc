#include "device_model/listen.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace datamover::device_model {

File Listen(const std::string& path, int type) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    std::fprintf(stderr, "device_model: %s is too long for the name of a socket\n", path.c_str());
    std::exit(2);
  }
  std::memcpy(address.sun_path, path.c_str(), path.size());
  unlink(path.c_str());
  File file(socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  if (bind(file.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(file.number(), 64) != 0) {
    std::perror("device_model: socket");
    std::exit(1);
  }
  return file;
}

}  // namespace datamover::device_model
