#include "trap_shim/model.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>

namespace datamover::trap_shim {

using device_model::Answer;
using device_model::Request;
using device_model::RequestKind;

namespace {

/// A thread waits here only for another's question to the model.
class Lock {
 public:
  Lock() {
    while (taken.test_and_set(std::memory_order_acquire)) sched_yield();
  }
  ~Lock() { taken.clear(std::memory_order_release); }

 private:
  static inline std::atomic_flag taken = ATOMIC_FLAG_INIT;
};

int connection = -1;
pid_t connected_process = 0;

// Not the functions of these names, which the shim itself has taken over.
void CloseFile(int file) { syscall(SYS_close, file); }

/// One connection a process: a child of fork() makes its own.
bool Connect() {
  const pid_t process = getpid();
  if (connection >= 0 && connected_process == process) return true;
  if (connection >= 0) CloseFile(connection);
  connection = -1;
  const char* const root = getenv(device_model::kRootVariable);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (!root || snprintf(address.sun_path, sizeof address.sun_path, "%s/%s", root,
                        device_model::kSocketName) >= static_cast<int>(sizeof address.sun_path)) {
    return false;
  }
  // Where the system lets only ancestors look into a process, the model may do so, too.
  prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
  connection = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  connected_process = process;
  if (connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return true;
  CloseFile(connection);
  connection = -1;
  return false;
}

bool Send(RequestKind kind, const Queue& queue, const abi::Descriptor* descriptors,
          uint32_t count) {
  static Request request;
  if (!Connect()) return false;
  request.kind = kind;
  request.device = queue.device;
  request.queue = queue.queue;
  request.count = count;
  if (count > 0) memcpy(request.descriptors, descriptors, count * sizeof *descriptors);
  const size_t bytes = offsetof(Request, descriptors) + count * sizeof *descriptors;
  ssize_t sent;
  do sent = send(connection, &request, bytes, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent == static_cast<ssize_t>(bytes)) return true;
  // The model is gone; there may be another one by the next request.
  CloseFile(connection);
  connection = -1;
  return false;
}

}  // namespace

bool IsQueue(int file, const char* path, Queue& queue) {
  const char* const root = getenv(device_model::kRootVariable);
  const char* const slash = strrchr(path, '/');
  const char* const name = slash ? slash + 1 : path;
  char end;
  if (!root || sscanf(name, "wq%u.%u%c", &queue.device, &queue.queue, &end) != 2) return false;
  char ours[4096];
  snprintf(ours, sizeof ours, "%s/dev/dsa/%s", root, name);
  struct stat opened, model;
  if (fstat(file, &opened) != 0 || stat(ours, &model) != 0) return false;
  // The file may have been reached by another path. FIFOs and pages are served without the shim.
  return opened.st_dev == model.st_dev && opened.st_ino == model.st_ino &&
         S_ISREG(opened.st_mode) && opened.st_size == 0;
}

int32_t Ask(RequestKind kind, const Queue& queue, const abi::Descriptor* descriptors,
            uint32_t count) {
  const Lock lock;
  Answer answer = {-1};
  if (!Send(kind, queue, descriptors, count)) return -1;
  ssize_t received;
  do received = recv(connection, &answer, sizeof answer, 0);
  while (received < 0 && errno == EINTR);
  return received == sizeof answer ? answer.value : -1;
}

void Tell(RequestKind kind, const Queue& queue, const abi::Descriptor* descriptor) {
  const Lock lock;
  Send(kind, queue, descriptor, descriptor ? 1 : 0);
}

}  // namespace datamover::trap_shim
