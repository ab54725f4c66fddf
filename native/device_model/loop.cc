#include "device_model/loop.h"

#include <poll.h>

#include <algorithm>
#include <utility>

namespace datamover::device_model {

namespace {

// For queues that have to be polled: how long after the last descriptor the next is looked for
// without a rest, and how long the rests are. Longer spins would starve a client on a single CPU.
constexpr auto kSpin = std::chrono::microseconds(20);
constexpr auto kRest = std::chrono::microseconds(50);

}  // namespace

void Loop::Add(int file, std::function<void()> readable) { readers_[file] = std::move(readable); }

void Loop::Run() {
  while (!stopped_) {
    const auto due = device_.Work();
    if (PollAll()) {
      active_at_ = Clock::now();
      continue;
    }
    Wait(due);
  }
}

bool Loop::PollAll() {
  bool found = false;
  for (const auto& poll : polls_) found = poll() || found;
  return found;
}

void Loop::Wait(Clock::time_point due) {
  std::vector<pollfd> files;
  for (const auto& [file, readable] : readers_) files.push_back({file, POLLIN, 0});
  const auto now = Clock::now();
  if (!polls_.empty()) {
    due = std::min(due, now - active_at_ < kSpin ? now : now + kRest);
  }
  timespec rest = {};
  const bool forever = due == Clock::time_point::max();
  if (!forever && due > now) {
    const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(due - now).count();
    rest = {left / 1'000'000'000, left % 1'000'000'000};
  }
  if (ppoll(files.data(), files.size(), forever ? nullptr : &rest, nullptr) <= 0) return;
  for (const pollfd& file : files) {
    if (file.revents == 0) continue;
    const auto reader = readers_.find(file.fd);
    if (reader == readers_.end()) continue;
    // A copy: it may remove itself.
    const auto readable = reader->second;
    readable();
  }
}

}  // namespace datamover::device_model
