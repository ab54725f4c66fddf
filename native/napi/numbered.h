#pragma once

#include <cstdint>
#include <unordered_map>
#include <utility>

namespace datamover::napi {

/// Things by the numbers that JavaScript knows them by. A number is never given twice, and takes
/// no room once its thing is gone: a program may open and close any number of them.
template <typename Pointer>
class Numbered {
 public:
  /// Numbers begin at 1: what is no number is read as 0, and names nothing.
  uint32_t Add(Pointer item) {
    items_.emplace(++last_, std::move(item));
    return last_;
  }

  /// Null for a number that names nothing, or nothing any more.
  const Pointer& Get(uint32_t id) const {
    static const Pointer none = nullptr;
    const auto found = items_.find(id);
    return found == items_.end() ? none : found->second;
  }

  void Remove(uint32_t id) { items_.erase(id); }

  template <typename Use>
  void ForEach(Use use) const {
    for (const auto& [id, item] : items_) use(*item);
  }

  void Clear() { items_.clear(); }

 private:
  std::unordered_map<uint32_t, Pointer> items_;
  uint32_t last_ = 0;
};

}  // namespace datamover::napi
