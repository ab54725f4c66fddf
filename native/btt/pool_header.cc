#include "btt/pool_header.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <ctime>

#include "btt/layout.h"

namespace datamover::btt {

namespace {

constexpr char kPool[8] = "PMEMBLK";
constexpr size_t kCounted = 2048;  // bytes of the header that its checksum covers

struct Header {
  char signature[8];
  uint32_t major;
  uint32_t compatible;    // features that others may pass over,
  uint32_t incompatible;  // must know,
  uint32_t read_only;     // or must know to write
  Uuid pool;
  Uuid parts[5];  // this one and its neighbours: there is one part
  uint64_t created;
  uint64_t alignments;  // of C's types, four bits each
  uint8_t machine_class;
  uint8_t data;
  uint8_t reserved[4];
  uint16_t machine;
  uint8_t unused[3944];
  uint64_t checksum;
};
static_assert(sizeof(Header) == 4096 && offsetof(Header, checksum) == 4088);

struct PoolHeader {
  Header header;
  uint32_t block_bytes;
  uint32_t zeroed;
  // What libpmemblk keeps here while it has the pool open. `pmempool info` finds the image by that.
  uint64_t address;
  uint64_t bytes;
  uint64_t flags;
  uint64_t data_address;
  uint8_t unused[4056];
};
static_assert(sizeof(PoolHeader) == 8192);

constexpr uint32_t kChecksum2K = 2;  // among the incompatible features
constexpr uint64_t kAlignments64 = 0x07f737777310;
constexpr uint8_t kClass64 = 2;  // as in the header of an ELF file, as are these
constexpr uint8_t kLittleEndian = 1;
#if defined(__aarch64__) || defined(_M_ARM64)
constexpr uint16_t kMachine = 183;
#else
constexpr uint16_t kMachine = 62;
#endif

}  // namespace

uint64_t ImageOffset(std::span<const uint8_t> file) {
  const bool pool =
      file.size() > sizeof(PoolHeader) && std::memcmp(file.data(), kPool, sizeof kPool) == 0;
  return pool ? sizeof(PoolHeader) : 0;
}

int WritePoolHeader(std::span<uint8_t> file, const FormatOptions& options, Medium& medium) {
  if (file.size() < sizeof(PoolHeader)) return EINVAL;
  PoolHeader pool = {};
  Header& header = pool.header;
  std::memcpy(header.signature, kPool, sizeof kPool);
  header.major = 1;
  header.incompatible = kChecksum2K;
  header.pool = options.parent_uuid;
  std::ranges::fill(header.parts, options.uuid);
  header.created = static_cast<uint64_t>(std::time(nullptr));
  header.alignments = kAlignments64;
  header.machine_class = kClass64;
  header.data = kLittleEndian;
  header.machine = kMachine;
  header.checksum = Fletcher64(&header, kCounted);
  pool.block_bytes = options.block_bytes;
  pool.zeroed = 1;
  pool.data_address = pool.address + sizeof pool;
  return StoreBlock(file.data(), &pool, sizeof pool, medium);
}

}  // namespace datamover::btt
