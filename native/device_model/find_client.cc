#include "device_model/find_client.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace datamover::device_model {

namespace fs = std::filesystem;

namespace {

bool HasOpen(const fs::path& process, const struct stat& file) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(process / "fd", error)) {
    struct stat other;
    if (stat(entry.path().c_str(), &other) != 0) continue;
    if (other.st_dev == file.st_dev && other.st_ino == file.st_ino) return true;
  }
  return false;
}

bool HasMapped(const fs::path& process, const std::string& path) {
  std::ifstream maps(process / "maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.ends_with(path)) return true;
  }
  return false;
}

}  // namespace

std::optional<pid_t> FindClient(const std::string& path) {
  struct stat file;
  if (stat(path.c_str(), &file) != 0) return std::nullopt;
  const std::string real = fs::canonical(path);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const pid_t process = std::atoi(entry.path().filename().c_str());
    if (process <= 0 || process == getpid()) continue;
    if (HasOpen(entry.path(), file) || HasMapped(entry.path(), real)) return process;
  }
  return std::nullopt;
}

}  // namespace datamover::device_model
