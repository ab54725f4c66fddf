#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <vector>

#include "device_model/device.h"

namespace datamover::device_model {

/// Calls whoever has something to read, and the device when something is due.
class Loop {
 public:
  explicit Loop(Device& device) : device_(device) {}

  /// @param readable called while `file` has something to read
  void Add(int file, std::function<void()> readable);
  void Remove(int file) { readers_.erase(file); }
  /// Called in each round, for what cannot be waited for; true: there was something.
  void AddPoll(std::function<bool()> poll) { polls_.push_back(std::move(poll)); }
  /// Until Stop().
  void Run();
  void Stop() { stopped_ = true; }

 private:
  void Wait(Clock::time_point due);
  bool PollAll();

  Device& device_;
  std::map<int, std::function<void()>> readers_;
  std::vector<std::function<bool()>> polls_;
  Clock::time_point active_at_ = Clock::now();
  bool stopped_ = false;
};

}  // namespace datamover::device_model
