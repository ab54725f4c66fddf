#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

#include "check.h"

namespace datamover::test {

/// A few pages, whose neighbours on both sides nobody can access. Starts as zeros.
class FencedPages {
 public:
  static constexpr size_t kBytes = 16 << 10;  // a multiple of common page sizes

  FencedPages()
      : mapping_(static_cast<uint8_t*>(
            mmap(nullptr, 3 * kBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
    Equal(mprotect(begin(), kBytes, PROT_READ | PROT_WRITE), 0);
  }
  ~FencedPages() { munmap(mapping_, 3 * kBytes); }
  FencedPages(const FencedPages&) = delete;
  FencedPages& operator=(const FencedPages&) = delete;

  uint8_t* begin() { return mapping_ + kBytes; }
  uint8_t* end() { return begin() + kBytes; }

 private:
  uint8_t* const mapping_;
};

}  // namespace datamover::test
