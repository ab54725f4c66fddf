#pragma once

#include <cstdint>

namespace datamover::pmem {

/// What has to be written back by hand before a store is durable. Finer first: the numbers compare.
enum class Granularity : uint8_t {
  kByte,       // nothing: the caches are inside the power-fail domain, or nothing is ever durable
  kCacheLine,  // lines of the CPU's caches
  kPage,       // pages of the page cache
};

}  // namespace datamover::pmem
