#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "btt/commit.h"
#include "btt/device.h"
#include "btt/format.h"
#include "pmem/mapping.h"

namespace datamover::btt {

/// Why an image was not opened.
enum class Refusal : uint8_t {
  kPrivate,   // what is stored does not reach the file
  kInUse,     // another process has it open; or it is to be formatted, and this one has
  kTooSmall,  // to be formatted so
  kNoLayout,  // there is none, or it is damaged
  kShort,     // this thread maps less of the file than the device has
  kLost,      // the mapping is its file no more: see Mapping::Lost()
  kSystem,    // an errno says more
};

struct OpenError {
  Refusal refusal;
  int code = 0;
};

/// A device over a file, the same for all threads of a process. As long as one has it, the file is
/// locked against other processes, and mapped beside what they map themselves.
class SharedDevice {
 public:
  using Opened = std::variant<std::shared_ptr<SharedDevice>, OpenError>;

  /// @param mapping of the file by the calling thread, which copies data through it
  /// @param format lay out first
  static Opened Open(const pmem::Mapping& mapping, const std::optional<FormatOptions>& format);

  ~SharedDevice();
  SharedDevice(const SharedDevice&) = delete;
  SharedDevice& operator=(const SharedDevice&) = delete;

  Device& device() const;
  /// Of the image within the file: behind the header of a pool, where there is one.
  uint64_t offset() const;

  void Commit(std::span<Change> changes);
  /// Has all lanes, so that nothing of the metadata changes, and gives them back at its end.
  class Quiet {
   public:
    /// @param device lives longer
    explicit Quiet(SharedDevice& device);
    ~Quiet();
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;

    /// Takes the lanes that are free, in their order. False: one is in use yet, and nobody else
    /// gets it next.
    bool TakeLanes();
    /// Looks at the metadata, once it has all lanes.
    struct Found {
      int error;  // an errno; 0: none; EFAULT: the image is its file no more
      std::vector<std::string> problems;
    };
    Found Check();

   private:
    SharedDevice& device_;
    const uint32_t owner_;
    uint32_t taken_ = 0;
  };

 private:
  struct State;
  friend struct State;

  SharedDevice() = default;
  std::optional<OpenError> Join(const pmem::Mapping& mapping,
                                const std::optional<FormatOptions>& format);

  std::shared_ptr<State> state_;
};

}  // namespace datamover::btt
