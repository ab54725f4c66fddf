#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace datamover::portal {

/// Memory that a device may still write, of which nobody can say until when: it is never freed.
template <typename T>
void KeepForEver(std::unique_ptr<T> memory) {
  static auto& mutex = *new std::mutex;
  static auto& kept = *new std::vector<std::unique_ptr<T>>;
  const std::lock_guard lock(mutex);
  kept.push_back(std::move(memory));
}

}  // namespace datamover::portal
