#pragma once

#include <atomic>
#include <cstdint>

// Words of an image that threads share. In place of std::atomic_ref, which not every standard
// library has.
namespace datamover::btt {

static_assert(sizeof(std::atomic<uint32_t>) == 4 && std::atomic<uint32_t>::is_always_lock_free);
static_assert(sizeof(std::atomic<uint64_t>) == 8 && std::atomic<uint64_t>::is_always_lock_free);

inline std::atomic<uint32_t>& Word(uint32_t& word) {
  return reinterpret_cast<std::atomic<uint32_t>&>(word);
}
inline const std::atomic<uint32_t>& Word(const uint32_t& word) {
  return reinterpret_cast<const std::atomic<uint32_t>&>(word);
}
inline std::atomic<uint64_t>& Word(uint64_t& word) {
  return reinterpret_cast<std::atomic<uint64_t>&>(word);
}

}  // namespace datamover::btt
