#include "btt/medium.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include "btt/words.h"

namespace datamover::btt {

void Medium::Store(uint32_t* to, uint32_t value) { Word(*to).store(value); }
void Medium::Store(uint64_t* to, uint64_t value) { Word(*to).store(value); }
void Medium::Pause() { std::this_thread::yield(); }

int StoreBlock(void* to, const void* from, size_t bytes, Medium& medium) {
  auto* const words = static_cast<uint64_t*>(to);
  for (size_t i = 0; i < bytes / sizeof(uint64_t); ++i) {
    uint64_t word;
    std::memcpy(&word, static_cast<const uint8_t*>(from) + i * sizeof word, sizeof word);
    if (words[i] != word) medium.Store(&words[i], word);
  }
  const int error = medium.Flush(to, bytes);
  return error != 0 ? error : medium.Drain();
}

int GatheringMedium::Flush(const void* address, size_t bytes) {
  const auto begin = reinterpret_cast<uintptr_t>(address);
  begin_ = std::min(begin_, begin);
  end_ = std::max(end_, begin + bytes);
  return 0;
}

int GatheringMedium::Drain() {
  if (end_ == 0) return 0;
  const int error = persistence_.Flush(reinterpret_cast<const void*>(begin_), end_ - begin_);
  begin_ = UINTPTR_MAX;
  end_ = 0;
  return error != 0 ? error : persistence_.Drain();
}

void GatheringMedium::Pause() { std::this_thread::sleep_for(std::chrono::microseconds(20)); }

}  // namespace datamover::btt
