#include "pmem/persistence.h"

#include <atomic>
#include <cstdint>

#include "engine/kernels.h"
#include "pmem/file_sync.h"

namespace datamover::pmem {

namespace {

/// What is visible is durable.
class ByBytes final : public Persistence {
 public:
  int Flush(const void*, size_t) override { return 0; }
  int Drain() override {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    return 0;
  }
};

class ByLines final : public Persistence {
 public:
  int Flush(const void* address, size_t bytes) override {
    engine::FlushLines(static_cast<const uint8_t*>(address), bytes, true);
    return 0;
  }
  int Drain() override {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    return 0;
  }
};

class ByPages final : public Persistence {
 public:
  explicit ByPages(int fd) : fd_(fd) {}
  int Flush(const void* address, size_t bytes) override { return SyncPages(address, bytes); }
  int Drain() override { return SyncDevice(fd_); }

 private:
  const int fd_;
};

}  // namespace

std::unique_ptr<Persistence> MakePersistence(Granularity granularity, int fd) {
  switch (granularity) {
    case Granularity::kByte:
      return std::make_unique<ByBytes>();
    case Granularity::kCacheLine:
      if (!engine::FlushLines(nullptr, 0, true)) return nullptr;
      return std::make_unique<ByLines>();
    case Granularity::kPage:
      return std::make_unique<ByPages>(fd);
  }
  return nullptr;
}

}  // namespace datamover::pmem
