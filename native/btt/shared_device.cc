#include "btt/shared_device.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>
#include <new>
#include <utility>

#include "btt/check.h"
#include "btt/find.h"
#include "btt/medium.h"
#include "btt/pool_header.h"

#if !defined(_WIN32)
#include <sys/file.h>
#include <sys/stat.h>
#endif

namespace datamover::btt {

namespace {

using FileId = std::pair<uint64_t, uint64_t>;
using MappingPtr = std::shared_ptr<pmem::Mapping>;

template <typename Base>
class MappedMedium final : public Base {
 public:
  explicit MappedMedium(const pmem::Mapping& mapping)
      : Base(mapping.persistence()), mapping_(mapping) {}
  bool Holds() override { return mapping_.Held() == mapping_.bytes().size(); }

 private:
  const pmem::Mapping& mapping_;
};

/// Does it with a medium for the mapping.
template <typename Use>
auto WithMedium(const pmem::Mapping& mapping, Use use) {
  if (mapping.flushing() == pmem::Granularity::kPage) {
    MappedMedium<GatheringMedium> medium(mapping);
    return use(medium);
  }
  MappedMedium<DirectMedium> medium(mapping);
  return use(medium);
}

#if defined(_WIN32)

std::variant<FileId, OpenError> Identify(int) { return OpenError{Refusal::kSystem, ENOTSUP}; }
std::optional<OpenError> LockFile(int) { return OpenError{Refusal::kSystem, ENOTSUP}; }
void UnlockFile(int) {}

#else

std::variant<FileId, OpenError> Identify(int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0) return OpenError{Refusal::kSystem, errno};
  return FileId{static_cast<uint64_t>(status.st_dev), static_cast<uint64_t>(status.st_ino)};
}

std::optional<OpenError> LockFile(int fd) {
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return std::nullopt;
  if (errno == EWOULDBLOCK) return OpenError{Refusal::kInUse};
  return OpenError{Refusal::kSystem, errno};
}

/// The lock is that of the open file, which other mappings may have, too.
void UnlockFile(int fd) { flock(fd, LOCK_UN); }

#endif

}  // namespace

struct SharedDevice::State {
  State(FileId id, MappingPtr mapping) : id(id), mapping(std::move(mapping)) {}
  ~State() {
    if (locked) UnlockFile(mapping->fd());
  }

  const FileId id;
  const MappingPtr mapping;
  uint64_t offset = 0;
  std::unique_ptr<Device> device;
  bool locked = false;

  /// Held by who opens, for as long as it takes to lay out and read an image.
  static std::mutex opening;

  /// Of a file that is open here, with one user more; else null.
  static std::shared_ptr<State> Enter(const FileId& id) {
    const std::lock_guard lock(mutex);
    const auto known = open.find(id);
    if (known == open.end()) return nullptr;
    ++known->second->users;
    return known->second;
  }
  /// It is open from now on, and has its first user.
  static void Add(const std::shared_ptr<State>& state) {
    const std::lock_guard lock(mutex);
    open.emplace(state->id, state);
    ++state->users;
  }
  /// A user less; after the last the file is unlocked before anybody can look whether it is open.
  static void Leave(std::shared_ptr<State> state) {
    const std::lock_guard lock(mutex);
    if (--state->users == 0) open.erase(state->id);
    state = nullptr;
  }

  /// Why nobody else is to join those that have it open: the file has become another one under
  /// them.
  std::optional<OpenError> Gone() const {
    if (const int lost = mapping->Lost()) return OpenError{Refusal::kLost, lost};
    const auto info = FindInfo(mapping->bytes().subspan(offset), kMaxArena);
    const Info& known = device->arenas().front()->info();
    if (!info || !std::ranges::equal(info->uuid, known.uuid)) return OpenError{Refusal::kNoLayout};
    return std::nullopt;
  }

  std::optional<OpenError> Begin(const std::optional<FormatOptions>& format) {
    if (const auto error = LockFile(mapping->fd())) return error;
    locked = true;
    const auto error = Lay(format);
    // What is not there was read as zeros.
    const int lost = mapping->Lost();
    return lost == 0 ? error : OpenError{Refusal::kLost, lost};
  }

 private:
  /// Held for moments only: also a thread that runs an event loop takes it, to leave.
  static std::mutex mutex;
  static std::map<FileId, std::shared_ptr<State>> open;

  std::optional<OpenError> Lay(const std::optional<FormatOptions>& format) {
    const auto file = mapping->bytes();
    return WithMedium(*mapping, [&](Medium& medium) -> std::optional<OpenError> {
      int error = format && format->pool ? WritePoolHeader(file, *format, medium) : 0;
      offset = ImageOffset(file);
      const auto image = file.subspan(offset);
      if (format) {
        if (error == 0) error = Format(image, *format, medium);
        if (error == EINVAL) return OpenError{Refusal::kTooSmall};
        if (error != 0) return OpenError{Refusal::kSystem, error};
      }
      device = Device::Open(image, medium);
      if (!device) return OpenError{Refusal::kNoLayout};
      return std::nullopt;
    });
  }

  size_t users = 0;
};

std::mutex SharedDevice::State::opening;
std::mutex SharedDevice::State::mutex;
std::map<FileId, std::shared_ptr<SharedDevice::State>> SharedDevice::State::open;

SharedDevice::Opened SharedDevice::Open(const pmem::Mapping& mapping,
                                        const std::optional<FormatOptions>& format) {
  if (!mapping.shared()) return OpenError{Refusal::kPrivate};
  if (const int lost = mapping.Lost()) return OpenError{Refusal::kLost, lost};
  try {
    // Made first: once the state has a user, no memory is asked for.
    std::shared_ptr<SharedDevice> device(new SharedDevice);
    if (const auto error = device->Join(mapping, format)) return *error;
    return device;
  } catch (const std::bad_alloc&) {
    return OpenError{Refusal::kSystem, ENOMEM};
  }
}

std::optional<OpenError> SharedDevice::Join(const pmem::Mapping& mapping,
                                            const std::optional<FormatOptions>& format) {
  const auto identified = Identify(mapping.fd());
  if (const auto* error = std::get_if<OpenError>(&identified)) return *error;
  const FileId& id = std::get<FileId>(identified);
  const std::lock_guard lock(State::opening);
  state_ = State::Enter(id);
  if (state_) {
    if (format) return OpenError{Refusal::kInUse};
    if (const auto error = state_->Gone()) return error;
  } else {
    auto again = mapping.Again();
    if (const auto* error = std::get_if<pmem::MapError>(&again)) {
      return OpenError{Refusal::kSystem, error->code};
    }
    auto state = std::make_shared<State>(id, std::get<MappingPtr>(std::move(again)));
    if (const auto error = state->Begin(format)) return error;
    State::Add(state);
    state_ = std::move(state);
  }
  if (mapping.bytes().size() < state_->mapping->bytes().size()) return OpenError{Refusal::kShort};
  return std::nullopt;
}

SharedDevice::~SharedDevice() {
  if (state_) State::Leave(std::move(state_));
}

Device& SharedDevice::device() const { return *state_->device; }
uint64_t SharedDevice::offset() const { return state_->offset; }

void SharedDevice::Commit(std::span<Change> changes) {
  WithMedium(*state_->mapping, [&](Medium& medium) { btt::Commit(device(), changes, medium); });
}

SharedDevice::Quiet::Quiet(SharedDevice& device)
    : device_(device), owner_(device.device().AddOwner()) {}

SharedDevice::Quiet::~Quiet() { device_.device().Abandon(owner_); }

bool SharedDevice::Quiet::TakeLanes() {
  Lanes& lanes = device_.device().lanes();
  for (; taken_ < lanes.count(); ++taken_) {
    if (lanes.IsRetired(taken_) || lanes.Take(taken_, owner_)) continue;
    lanes.Wait(owner_);
    return false;
  }
  return true;
}

SharedDevice::Quiet::Found SharedDevice::Quiet::Check() {
  const pmem::Mapping& mapping = *device_.state_->mapping;
  if (mapping.Lost() != 0) return {EFAULT, {}};
  try {
    auto problems = btt::Check(device_.device().image());
    if (mapping.Lost() != 0) return {EFAULT, {}};
    return {0, std::move(problems)};
  } catch (const std::bad_alloc&) {
    return {ENOMEM, {}};
  }
}

}  // namespace datamover::btt
