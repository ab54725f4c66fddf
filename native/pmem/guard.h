#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace datamover::pmem {

/// Sees to it that no access to a mapping ends the process: behind the end of a truncated file, in
/// a hole of a file system that is full, or on memory that has failed, the CPU would raise SIGBUS,
/// in whichever thread and code. While a guard lives, such a page is replaced by one of zeros that
/// belongs to no file, the access goes on, and the guard knows. After the first few, all from the
/// first that was replaced to the end go at once: no number of such pages exhausts the parts that a
/// process may have its memory in.
///
/// SIGBUS at other addresses goes on to whoever handled it when the first guard was made. The
/// handler stays: a library that is loaded at run time must not be unloaded afterwards. Where it
/// was taken away, the next guard installs it again.
class Guard {
 public:
  /// @param memory the mapping, of whole units
  /// @param unit in which it can be mapped, in bytes
  Guard(std::span<uint8_t> memory, size_t unit);
  ~Guard();
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  /// Where the first page begins that was replaced, in bytes from the beginning of the mapping; its
  /// size if none was. Relaxed: a thread sees it of its own accesses, and of those it waited for.
  size_t intact() const { return intact_.load(std::memory_order_relaxed); }

  /// Called by the handler, which holds the list's lock. False: the address is not of this mapping,
  /// or the system refuses.
  bool Replace(uintptr_t address);

  Guard* next = nullptr;  // of all that live; the list's lock protects it

 private:
  const std::span<uint8_t> memory_;
  const size_t unit_;
  std::atomic<size_t> intact_;
  size_t replaced_ = 0;  // pages, or more at once
};

}  // namespace datamover::pmem
