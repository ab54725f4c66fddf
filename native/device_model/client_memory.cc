#include "device_model/client_memory.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <string>

namespace datamover::device_model {

namespace {

constexpr uint64_t kPage = 4096;

// Bits of an entry of /proc/PID/pagemap: Documentation/admin-guide/mm/pagemap.rst.
constexpr uint64_t kPresentBit = uint64_t{1} << 63;
constexpr uint64_t kFileBit = uint64_t{1} << 61;
constexpr uint64_t kExclusiveBit = uint64_t{1} << 56;

size_t Moved(ssize_t bytes) { return bytes < 0 ? 0 : static_cast<size_t>(bytes); }

}  // namespace

ClientMemory::ClientMemory(pid_t process, bool real_faults) : process_(process) {
  if (!real_faults) return;
  const std::string path = "/proc/" + std::to_string(process) + "/pagemap";
  pagemap_ = open(path.c_str(), O_RDONLY | O_CLOEXEC);
}

ClientMemory::~ClientMemory() {
  if (pagemap_ >= 0) close(pagemap_);
}

// Both calls stop at a page that is not mapped, and say how far they came; they do not write to
// pages that the process itself may not write to, as /proc/PID/mem would.
size_t ClientMemory::Read(uint64_t address, std::span<uint8_t> to) {
  if (to.empty()) return 0;
  const iovec local = {to.data(), to.size()};
  const iovec remote = {reinterpret_cast<void*>(address), to.size()};
  return Moved(process_vm_readv(process_, &local, 1, &remote, 1, 0));
}

size_t ClientMemory::Write(uint64_t address, std::span<const uint8_t> from) {
  if (from.empty()) return 0;
  const iovec local = {const_cast<uint8_t*>(from.data()), from.size()};
  const iovec remote = {reinterpret_cast<void*>(address), from.size()};
  return Moved(process_vm_writev(process_, &local, 1, &remote, 1, 0));
}

size_t ClientMemory::Present(uint64_t address, size_t bytes, Access access, From from) {
  if (pagemap_ < 0 || bytes == 0) return bytes;
  const uint64_t first = address / kPage;
  const uint64_t last = (address + bytes - 1) / kPage;
  const auto entries = PageEntries(first, last - first + 1);
  for (uint64_t i = 0; i <= last - first; ++i) {
    const uint64_t page = from == From::kBeginning ? first + i : last - i;
    if (IsPresent(entries[page - first], access)) continue;
    const uint64_t begin = std::max(page * kPage, address);
    const uint64_t end = std::min(page * kPage + kPage, address + bytes);
    return from == From::kBeginning ? begin - address : address + bytes - end;
  }
  return bytes;
}

std::vector<uint64_t> ClientMemory::PageEntries(uint64_t first_page, size_t pages) const {
  std::vector<uint64_t> entries(pages);
  const auto offset = static_cast<off_t>(first_page * sizeof(uint64_t));
  const ssize_t got = pread(pagemap_, entries.data(), pages * sizeof(uint64_t), offset);
  // Of what cannot be asked nothing is assumed.
  for (size_t i = Moved(got) / sizeof(uint64_t); i < pages; ++i)
    entries[i] = kPresentBit | kFileBit;
  return entries;
}

bool ClientMemory::IsPresent(uint64_t entry, Access access) {
  if (!(entry & kPresentBit)) return false;
  if (access == Access::kRead || entry & kFileBit) return true;
  // A private page that is shared with others, or the zero page, is copied at the first write.
  return entry & kExclusiveBit;
}

}  // namespace datamover::device_model
