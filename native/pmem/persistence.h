#pragma once

#include <cstddef>
#include <memory>

#include "pmem/granularity.h"

namespace datamover::pmem {

/// How stores to mapped memory become durable. Any thread may call it; it orders and awaits the
/// stores of the calling thread, and what that thread has seen of others'.
///
/// Errors are an errno; 0: none. After an error nothing is known of what is durable.
class Persistence {
 public:
  virtual ~Persistence() = default;

  /// Starts to write the range back. Where that is by pages, it waits for it, too, and blocks.
  virtual int Flush(const void* address, size_t bytes) = 0;
  /// Waits for earlier flushes; what they covered is durable, before any later store.
  virtual int Drain() = 0;

  int Persist(const void* address, size_t bytes) {
    const int error = Flush(address, bytes);
    return error != 0 ? error : Drain();
  }
};

/// Null where programs may not write cache lines back. By pages the range has to lie in a mapping.
///
/// @param fd of the file that is mapped, for systems that sync through it; it stays the caller's
std::unique_ptr<Persistence> MakePersistence(Granularity granularity, int fd);

}  // namespace datamover::pmem
