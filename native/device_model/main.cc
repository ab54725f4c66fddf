#include <signal.h>
#include <spawn.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

#include "device_model/control.h"
#include "device_model/device.h"
#include "device_model/fifo_server.h"
#include "device_model/loop.h"
#include "device_model/options.h"
#include "device_model/page_server.h"
#include "device_model/sysfs_tree.h"
#include "device_model/trap_server.h"

namespace datamover::device_model {
namespace {

/// What a client has to have in its environment.
void SetEnvironment(const Options& options) {
  const std::string root = std::filesystem::absolute(options.root);
  setenv("DSA_SYSFS_PATH", (root + "/sys/bus/dsa/devices").c_str(), 1);
  setenv("DSA_DEV_PATH", (root + "/dev/dsa").c_str(), 1);
  setenv(kRootVariable, root.c_str(), 1);
  // A polled page needs it where the processor lacks MOVDIR64B.
  const bool traps = std::any_of(options.queues.begin(), options.queues.end(),
                                 [](const auto& queue) { return queue.front != Front::kFifo; });
  if (traps && !options.shim.empty()) setenv("LD_PRELOAD", options.shim.c_str(), 1);
}

pid_t Start(const Options& options) {
  const pid_t child = fork();
  if (child != 0) return child;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  SetEnvironment(options);
  std::vector<char*> arguments;
  for (const std::string& word : options.command) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  std::perror(arguments[0]);
  _exit(127);
}

/// As a shell reports it.
int ExitCode(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Signals that end the model, or are the command's.
class Signals {
 public:
  Signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
    sigprocmask(SIG_BLOCK, &set, nullptr);
    file_ = File(signalfd(-1, &set, SFD_CLOEXEC));
  }
  int file() const { return file_.number(); }
  int Next() const {
    signalfd_siginfo info = {};
    return read(file_.number(), &info, sizeof info) == sizeof info
               ? static_cast<int>(info.ssi_signo)
               : 0;
  }

 private:
  File file_;
};

int Serve(const Options& options) {
  const Signals signals;
  MakeTree(options);
  Device device(options);
  Loop loop(device);
  TrapServer trap_server(device, loop);
  Control control(device, loop);
  std::vector<std::unique_ptr<FifoServer>> fifo_servers;
  std::vector<std::unique_ptr<PageServer>> page_servers;
  for (const auto& queue : device.queues()) {
    if (queue->options.front == Front::kFifo) {
      fifo_servers.push_back(std::make_unique<FifoServer>(device, loop, *queue));
    } else if (queue->options.front == Front::kPage) {
      page_servers.push_back(std::make_unique<PageServer>(device, loop, *queue));
    }
  }

  int exit_code = 0;
  pid_t child = 0;
  loop.Add(signals.file(), [&] {
    const int signal = signals.Next();
    if (signal == SIGCHLD) {
      int status = 0;
      if (waitpid(child, &status, WNOHANG) != child) return;
      exit_code = ExitCode(status);
      loop.Stop();
    } else if (child > 0) {
      kill(child, signal);
    } else {
      loop.Stop();
    }
  });
  if (options.command.empty()) {
    std::printf("ready %s\n", options.root.c_str());
    std::fflush(stdout);
  } else {
    child = Start(options);
  }
  loop.Run();
  if (!options.stats.empty()) std::ofstream(options.stats) << device.Statistics() << '\n';
  for (const char* name : {kSocketName, kControlName}) {
    std::filesystem::remove(std::filesystem::path(options.root) / name);
  }
  return exit_code;
}

}  // namespace
}  // namespace datamover::device_model

int main(int argc, char** argv) {
  return datamover::device_model::Serve(datamover::device_model::ParseOptions(argc, argv));
}
