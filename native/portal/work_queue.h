#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "abi/descriptor.h"

namespace datamover::portal {

enum class SubmitBy : uint8_t {
  kAuto,    // the portal where the CPU and the system allow it
  kPortal,  // 64-byte stores to the mapped page of the queue
  kWrite,   // write(2), for which the kernel needs no privilege
};

/// A work queue as it is configured; lib/devices reads it from sysfs.
struct QueueSettings {
  std::string path;  // of the device file
  bool dedicated = false;
  uint32_t size = 0;            // entries
  uint32_t max_transfer = 0;    // bytes
  uint32_t max_batch = 0;       // members
  bool batch_by_write = false;  // whether the kernel takes batches through write(2)
  int numa_node = -1;           // -1: unknown
  uint32_t priority = 0;        // higher goes first
  SubmitBy submit_by = SubmitBy::kAuto;
};

struct OpenError {
  const char* step;
  int code;  // errno
};

/// The way to a queue. Its functions may be called by several threads.
class Portal {
 public:
  virtual ~Portal() = default;
  /// Hands over descriptors from the front; returns how many the queue took. Never blocks.
  virtual uint32_t Submit(std::span<const abi::Descriptor> descriptors) = 0;
  /// Gives the device file back to the system; nothing is handed over any more.
  virtual void Release() {}
  virtual SubmitBy kind() const { return SubmitBy::kPortal; }
  /// False once it was found out that batches cannot go this way.
  virtual bool takes_batches() const { return true; }
  /// The errno for which the queue takes nothing any more, or 0.
  virtual int error() const { return 0; }
};

/// One work queue, whoever in the process submits to it.
///
/// A full dedicated queue drops what it is given without a word. So no more is under way there than
/// it has entries: each submission takes a credit, and each answer gives it back.
class WorkQueue {
 public:
  WorkQueue(QueueSettings settings, std::unique_ptr<Portal> portal);
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  /// Opens the queue, or gives the one that the process has open: a dedicated one can be opened
  /// only once.
  static std::variant<std::shared_ptr<WorkQueue>, OpenError> Open(const QueueSettings& settings);

  const QueueSettings& settings() const { return settings_; }
  SubmitBy submits_by() const { return portal_->kind(); }
  /// Members of a batch; 1 where batches cannot go this way.
  uint32_t max_batch() const { return portal_->takes_batches() ? max_batch_ : 1; }

  /// Hands over descriptors from the front; returns how many were taken. Never blocks.
  uint32_t Submit(std::span<const abi::Descriptor> descriptors);
  /// So many descriptors were answered.
  void Completed(uint32_t descriptors) { outstanding_ -= descriptors; }

  /// Descriptors without an answer, of this process.
  uint32_t outstanding() const { return outstanding_; }
  /// Whether it is known to have no room; a shared queue says so when it is asked.
  bool full() { return settings_.dedicated && outstanding_ >= settings_.size && !Recover(); }

  /// Has the queue answer a no-op. Where it does so too late, that gives the credit back.
  bool Probe(std::chrono::nanoseconds patience);

  /// It does not answer any more, and is given nothing any more.
  void MarkLost() { lost_ = true; }
  bool lost() const { return lost_ || portal_->error() != 0; }
  int last_error() const { return portal_->error(); }

 private:
  /// A no-op and its answer.
  struct Trial;

  /// Whether no-ops were answered after their time.
  bool Recover();
  /// Gives the device file of a lost queue back, whoever still has the queue.
  void Release();
  /// Returns how many of the credits there were.
  uint32_t TakeCredits(uint32_t wanted);

  const QueueSettings settings_;
  const std::unique_ptr<Portal> portal_;
  const uint32_t max_batch_;
  std::atomic<uint32_t> outstanding_ = 0;
  std::atomic<bool> lost_ = false;
  std::atomic<uint32_t> submitting_ = 0;  // threads
  std::mutex late_mutex_;
  std::vector<std::unique_ptr<Trial>> late_;  // without an answer
};

}  // namespace datamover::portal
