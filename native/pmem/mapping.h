#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>

#include "pmem/granularity.h"
#include "pmem/guard.h"
#include "pmem/persistence.h"

namespace datamover::pmem {

struct MapOptions {
  int fd = -1;              // stays the caller's; open for writing unless private
  size_t bytes = 0;         // at least 1, and no more than the file has
  size_t unit = 0;          // in which the memory can be mapped, 0: the file's pages
  bool shared = true;       // false: what is stored stays in this process
  bool device = false;      // device DAX, which is persistent memory without asking
  bool auto_flush = false;  // the caches are inside the power-fail domain of persistent memory
  std::optional<Granularity> forced = {};
};

/// The step that was refused ("dup", "map", "flush"), and the errno with which.
struct MapError {
  const char* step;
  int code;
};

/// A file, or a DAX device, mapped at its beginning; unmapped by Close, or with the object.
class Mapping {
 public:
  static std::variant<std::shared_ptr<Mapping>, MapError> Create(const MapOptions& options);
  /// The same file once more, at other addresses: a mapping that nobody else closes.
  std::variant<std::shared_ptr<Mapping>, MapError> Again() const { return Create(options_); }

  ~Mapping();
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  std::span<uint8_t> bytes() const { return {data_, bytes_}; }
  Granularity granularity() const { return granularity_; }
  /// What is written back where stores are to be durable: as the granularity says, but nothing
  /// where a file is kept in memory alone, and syncing its pages would do nothing.
  Granularity flushing() const { return flushing_; }
  /// The file system keeps its metadata durable before it lets a new block be written (MAP_SYNC).
  bool sync() const { return sync_; }
  /// Of the file; -1: it was closed. What is stored reaches it if it is shared.
  int fd() const { return options_.fd; }
  bool shared() const { return options_.shared; }
  Persistence& persistence() const { return *persistence_; }

  /// How much of the mapping, from its beginning, still is the file: less than all once the file
  /// was truncated, or its pages could not be had. Stores behind that are not durable, and reads
  /// give zeros. What is in doubt has to be compared with it before and after.
  size_t Held() const;

  /// Why the mapping is its file no more: 0 where it still is, EFAULT where the file is shorter
  /// now, ENOSPC where a page could not be had.
  int Lost() const;

  /// Writes a part of the mapping back through the file system, whatever the granularity. An errno,
  /// or 0.
  int SyncFile(std::span<uint8_t> range) const;

  /// Lets go of the file. The addresses stay ours, with zeros of no file behind them, until the
  /// object goes: what still works on them does no harm. Nothing else is to be called afterwards.
  void Close();

 private:
  Mapping() = default;

  MapOptions options_;  // with a descriptor of our own
  uint8_t* data_ = nullptr;
  size_t bytes_ = 0;
  size_t mapped_ = 0;  // bytes_ rounded up to whole units
  bool sync_ = false;
  Granularity granularity_ = Granularity::kPage;
  Granularity flushing_ = Granularity::kPage;
  std::unique_ptr<Persistence> persistence_;
  std::unique_ptr<Guard> guard_;
};

}  // namespace datamover::pmem
