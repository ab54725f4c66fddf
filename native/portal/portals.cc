#include "portal/portals.h"

#if defined(__linux__)

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include "portal/instructions.h"
#include "portal/trial.h"

namespace datamover::portal {

namespace {

constexpr size_t kPage = 4096;

/// A file descriptor of its own.
class File {
 public:
  explicit File(int number) : number_(number) {}
  File(File&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  File& operator=(File&&) = delete;
  ~File() { Close(); }
  void Close() {
    if (number_ >= 0) close(std::exchange(number_, -1));
  }
  int number() const { return number_; }

 private:
  int number_;
};

/// A child of fork() has neither the mapping nor the address space that the device knows.
class Owner {
 public:
  bool is_this_process() const { return getpid() == process_; }

 private:
  const pid_t process_ = getpid();
};

class MappedPortal final : public Portal {
 public:
  MappedPortal(File file, void* page, bool dedicated)
      : file_(std::move(file)), page_(static_cast<std::byte*>(page)), dedicated_(dedicated) {}
  ~MappedPortal() override { Release(); }

  void Release() override {
    if (page_) munmap(std::exchange(page_, nullptr), kPage);
    file_.Close();
  }

  uint32_t Submit(std::span<const abi::Descriptor> descriptors) override {
    if (!owner_.is_this_process()) return 0;
    // What the descriptors name was written by ordinary stores.
    Sfence();
    uint32_t taken = 0;
    for (const abi::Descriptor& descriptor : descriptors) {
      if (dedicated_) {
        MovDir64B(NextPlace(), descriptor);
      } else if (!Enqcmd(page_, descriptor)) {
        break;
      }
      ++taken;
    }
    return taken;
  }

 private:
  /// All of the page is one portal, but stores to one address wait for each other.
  void* NextPlace() {
    const size_t place = place_.fetch_add(sizeof(abi::Descriptor), std::memory_order_relaxed);
    return page_ + place % kPage;
  }

  File file_;
  std::byte* page_;
  const bool dedicated_;
  const Owner owner_;
  std::atomic<size_t> place_ = 0;
};

class WritePortal final : public Portal {
 public:
  explicit WritePortal(File file) : file_(std::move(file)) {}

  void Release() override { file_.Close(); }
  SubmitBy kind() const override { return SubmitBy::kWrite; }
  bool takes_batches() const override { return batches_; }
  int error() const override { return error_; }

  uint32_t Submit(std::span<const abi::Descriptor> descriptors) override {
    if (!owner_.is_this_process() || error_ != 0) return 0;
    for (;;) {
      const ssize_t written = write(file_.number(), descriptors.data(), descriptors.size_bytes());
      // Fewer than all: the queue was full. What was taken was taken whole.
      if (written >= 0) return static_cast<uint32_t>(written / sizeof(abi::Descriptor));
      if (errno == EINTR) continue;
      // Neither version nor release say for certain whether the kernel takes batches.
      const bool batch = descriptors[0].opcode() == abi::Opcode::kBatch;
      if (errno == EINVAL && batch) {
        batches_ = false;
        return 0;
      }
      if (errno != EAGAIN && errno != EWOULDBLOCK) error_ = errno;
      return 0;
    }
  }

 private:
  File file_;
  const Owner owner_;
  std::atomic<bool> batches_ = true;
  std::atomic<int> error_ = 0;
};

/// What the file can be, beside a device: an ordinary one of a device model.
struct Abilities {
  bool map = false;
  bool write = false;
};

/// Stores to the mapping of an empty file would end the program, and descriptors would be written
/// into any other, where no device model stands behind it.
Abilities AbilitiesOf(const File& file) {
  struct stat status = {};
  if (fstat(file.number(), &status) != 0) return {};
  if (!S_ISREG(status.st_mode)) return {.map = S_ISCHR(status.st_mode), .write = true};
  if (!std::getenv("DATAMOVER_DEVICE_MODEL")) return {};
  const bool empty = status.st_size == 0;
  return {.map = empty || status.st_size >= static_cast<off_t>(kPage), .write = empty};
}

}  // namespace

std::variant<std::unique_ptr<Portal>, OpenError> OpenPortal(const QueueSettings& settings) {
  File file(open(settings.path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
  if (file.number() < 0) return OpenError{"open", errno};
  const auto [can_map, can_write] = AbilitiesOf(file);
  if (!can_map && !can_write) return OpenError{"kind", 0};
  const bool may_map = settings.submit_by != SubmitBy::kWrite && can_map;
  const bool may_write = settings.submit_by != SubmitBy::kPortal && can_write;
  if (may_map) {
    void* const page =
        mmap(nullptr, kPage, PROT_WRITE, MAP_SHARED | MAP_POPULATE, file.number(), 0);
    const int error = errno;
    if (page != MAP_FAILED && InstructionWorks(settings.dedicated, page)) {
      return std::make_unique<MappedPortal>(std::move(file), page, settings.dedicated);
    }
    if (page != MAP_FAILED) munmap(page, kPage);
    if (!may_write) {
      return page == MAP_FAILED ? OpenError{"mmap", error} : OpenError{"instruction", ENOSYS};
    }
  }
  if (!may_write) return OpenError{"mmap", ENODEV};
  return std::make_unique<WritePortal>(std::move(file));
}

}  // namespace datamover::portal

#else

namespace datamover::portal {

std::variant<std::unique_ptr<Portal>, OpenError> OpenPortal(const QueueSettings&) {
  return OpenError{"platform", 0};
}

}  // namespace datamover::portal

#endif
