#pragma once

#include <cstddef>
#include <cstdint>

#include "pmem/granularity.h"
#include "pmem/persistence.h"

namespace datamover::btt {

/// How the metadata of an image is written: every store, and what makes it durable. One thread has
/// it at a time. Errors are an errno; 0: none.
class Medium {
 public:
  virtual ~Medium() = default;

  /// Stores a word in one piece, ordered with all such stores and loads of other threads.
  virtual void Store(uint32_t* to, uint32_t value);
  virtual void Store(uint64_t* to, uint64_t value);

  /// What is stored in the range is to be made durable by the next Drain().
  virtual int Flush(const void* address, size_t bytes) = 0;
  virtual int Drain() = 0;

  /// Whether all of the image still is its file: after stores, before they are relied on.
  virtual bool Holds() { return true; }

  /// Called again and again while another thread holds a lock.
  virtual void Pause();
};

/// Stores what differs of a block, by words of eight bytes, and waits until all of it is durable.
int StoreBlock(void* to, const void* from, size_t bytes, Medium& medium);

/// Flushes what it is told to.
class DirectMedium : public Medium {
 public:
  explicit DirectMedium(pmem::Persistence& persistence) : persistence_(persistence) {}
  int Flush(const void* address, size_t bytes) override {
    return persistence_.Flush(address, bytes);
  }
  int Drain() override { return persistence_.Drain(); }

 private:
  pmem::Persistence& persistence_;
};

/// Gathers what is to be flushed, and flushes all between its first and last byte at once: to sync
/// pages costs by the call, not by the pages between that have not changed.
class GatheringMedium : public Medium {
 public:
  explicit GatheringMedium(pmem::Persistence& persistence) : persistence_(persistence) {}
  int Flush(const void* address, size_t bytes) override;
  int Drain() override;
  /// A lock may be held for as long as a disk takes.
  void Pause() override;

 private:
  pmem::Persistence& persistence_;
  uintptr_t begin_ = UINTPTR_MAX;
  uintptr_t end_ = 0;
};

}  // namespace datamover::btt
