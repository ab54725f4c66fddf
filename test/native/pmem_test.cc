#if !defined(_WIN32)

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "check.h"
#include "pmem/mapping.h"

namespace datamover::test {
namespace {

using pmem::Granularity;
using pmem::MapOptions;
using pmem::Mapping;

/// A file of so many bytes, which goes with the object.
class File {
 public:
  explicit File(size_t bytes) {
    char path[] = "/tmp/datamover-XXXXXX";
    fd = mkstemp(path);
    unlink(path);
    Resize(bytes);
  }
  ~File() { close(fd); }
  void Resize(size_t bytes) const { Equal(ftruncate(fd, static_cast<off_t>(bytes)), 0, "resize"); }
  uint8_t At(size_t offset) const {
    uint8_t byte = 0;
    Equal(pread(fd, &byte, 1, static_cast<off_t>(offset)), 1, "bytes read");
    return byte;
  }

  int fd;
};

std::shared_ptr<Mapping> Map(const MapOptions& options,
                             std::source_location at = std::source_location::current()) {
  auto made = Mapping::Create(options);
  if (auto* mapping = std::get_if<std::shared_ptr<Mapping>>(&made)) return *mapping;
  const auto& error = std::get<pmem::MapError>(made);
  Check(false, std::string("refused: ") + error.step, at);
  std::abort();
}

size_t Page() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

volatile uint8_t& ByteAt(const Mapping& mapping, size_t offset) { return mapping.bytes()[offset]; }

/// How a process of its own ended, as waitpid gives it; 0: it came to the end of the body.
int EndOf(void (*body)()) {
  const pid_t child = fork();
  if (child == 0) {
    close(STDERR_FILENO);  // sanitizers have much to say
    alarm(20);
    body();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

bool Survives(void (*body)()) { return EndOf(body) == 0; }

void TouchBehindTheEnd(bool mapped_by_us) {
  const File file(Page());
  const auto mapping = Map({.fd = file.fd, .bytes = Page()});
  void* mine = mmap(nullptr, Page(), PROT_READ, MAP_SHARED, file.fd, 0);
  file.Resize(0);
  (void)*static_cast<volatile uint8_t*>(mapped_by_us ? mapping->bytes().data() : mine);
}

void TouchUnderAPlainHandler() {
  signal(SIGBUS, [](int) {});
  TouchBehindTheEnd(false);
}

// The first of all: it is about who handled the signal when the first mapping was made.
const Register plain("pmem: a handler that knows no address does not fault for ever", [] {
  const int status = EndOf(TouchUnderAPlainHandler);
  Check(!WIFSIGNALED(status) || WTERMSIG(status) != SIGALRM, "in time");
  Check(status != 0, "elsewhere");
});

const Register files("pmem: what is stored reaches the file, whose end may lie in a page", [] {
  const File file(5000);
  const auto mapping = Map({.fd = file.fd, .bytes = 5000});
  Equal(mapping->bytes().size(), 5000u);
  Equal(mapping->granularity() == Granularity::kPage, true, "page");
  Equal(mapping->sync(), false, "sync");
  ByteAt(*mapping, 4999) = 7;
  Equal(mapping->persistence().Persist(&mapping->bytes()[4999], 1), 0, "errno");
  Equal(mapping->SyncFile(mapping->bytes()), 0, "errno");
  Equal(file.At(4999), 7);
  Equal(mapping->Held(), 5000u);
});

const Register granularities("pmem: what counts for the granularity", [] {
  const File file(4096);
  const auto granularity = [&](const MapOptions& options) {
    return static_cast<int>(Map(options)->granularity());
  };
  const MapOptions plain = {.fd = file.fd, .bytes = 4096};
  const auto with = [&](auto change) {
    MapOptions options = plain;
    change(options);
    return options;
  };
  constexpr int kByte = 0, kCacheLine = 1, kPage = 2;
  Equal(granularity(plain), kPage);
  Equal(granularity(with([](auto& o) { o.auto_flush = true; })), kPage, "not persistent memory");
  Equal(granularity(with([](auto& o) { o.device = true; })), kCacheLine, "device");
  Equal(granularity(with([](auto& o) { o.device = o.auto_flush = true; })), kByte, "eADR");
  Equal(granularity(with([](auto& o) { o.shared = false; })), kByte, "private");
  Equal(granularity(with([](auto& o) { o.forced = Granularity::kByte; })), kByte, "forced");
  Equal(granularity(with([](auto& o) { o.forced = Granularity::kCacheLine; })), kCacheLine);
});

const Register privates("pmem: what is stored in a private mapping stays there", [] {
  const File file(4096);
  const auto mapping = Map({.fd = file.fd, .bytes = 4096, .shared = false});
  ByteAt(*mapping, 0) = 7;
  Equal(mapping->persistence().Persist(mapping->bytes().data(), 1), 0, "errno");
  Equal(file.At(0), 0);
});

const Register refusals("pmem: what cannot be mapped is refused with the step", [] {
  const auto refused = [](const MapOptions& options, const std::string& step) {
    const auto made = Mapping::Create(options);
    const auto* error = std::get_if<pmem::MapError>(&made);
    Check(error != nullptr && error->step == step && error->code != 0, "refused: " + step);
  };
  const File file(4096);
  refused({.fd = -1, .bytes = 1}, "dup");
  refused({.fd = file.fd, .bytes = 0}, "map");
  refused({.fd = file.fd, .bytes = SIZE_MAX}, "map");
  int pipe_fds[2];
  Equal(pipe(pipe_fds), 0);
  refused({.fd = pipe_fds[0], .bytes = 1}, "map");
  close(pipe_fds[0]);
  close(pipe_fds[1]);
});

const Register truncated("pmem: behind the end of a truncated file are zeros, and it is known", [] {
  const size_t page = Page();
  const File file(4 * page);
  const auto mapping = Map({.fd = file.fd, .bytes = 4 * page});
  const auto other = Map({.fd = file.fd, .bytes = 4 * page});
  ByteAt(*mapping, 3 * page) = 7;
  file.Resize(page + 1);
  Equal(mapping->Held(), page + 1, "the file's");
  file.Resize(page);
  std::thread([&] { Equal(ByteAt(*mapping, 3 * page + 5), 0, "read"); }).join();
  Equal(mapping->Held(), page);
  Equal(mapping->Lost(), EFAULT, "shorter");
  file.Resize(4 * page);
  Equal(mapping->Held(), 3 * page, "one page is the file's no more");
  Equal(mapping->Lost(), ENOSPC, "long enough, and still lost");
  Equal(other->Held(), 4 * page, "nobody touched the other");
  Equal(other->Lost(), 0);
  ByteAt(*mapping, 3 * page) = 9;
  ByteAt(*mapping, 2 * page) = 8;
  Equal(file.At(3 * page), 0, "zeros of nobody");
  Equal(file.At(2 * page), 8, "the file's");
  Equal(mapping->persistence().Persist(mapping->bytes().data(), 4 * page), 0, "errno");
});

const Register closed("pmem: after the close the addresses stay, and the file does not", [] {
  const size_t page = Page();
  const File file(2 * page);
  const auto mapping = Map({.fd = file.fd, .bytes = 2 * page});
  ByteAt(*mapping, 0) = 7;
  mapping->Close();
  Equal(ByteAt(*mapping, 0), 0);
  ByteAt(*mapping, page) = 7;
  Equal(file.At(page), 0);
});

/// Lines of /proc/self/maps from the mapping's beginning to its end; 0 where there is no such file.
size_t Parts(const Mapping& mapping) {
  std::ifstream maps("/proc/self/maps");
  const auto begin = reinterpret_cast<uintptr_t>(mapping.bytes().data());
  size_t parts = 0;
  for (std::string line; std::getline(maps, line);) {
    const uintptr_t at = std::stoull(line, nullptr, 16);
    if (at >= begin && at - begin < mapping.bytes().size()) ++parts;
  }
  return parts;
}

const Register scattered("pmem: pages that are not there do not split the mapping without end", [] {
  const size_t bytes = 1024 * Page();
  const File file(bytes);
  for (const bool downwards : {false, true}) {
    file.Resize(bytes);
    const auto mapping = Map({.fd = file.fd, .bytes = bytes});
    file.Resize(Page());
    for (size_t i = 2 * Page(); i < bytes; i += 2 * Page()) {
      const size_t at = downwards ? bytes - i : i;
      Equal(ByteAt(*mapping, at), 0, "read");
      ByteAt(*mapping, at) = 1;
    }
    Equal(mapping->Held(), Page(), "the file's");
    Check(Parts(*mapping) < 200, "few parts");
  }
});

#if defined(__linux__) && defined(MFD_HUGETLB)

/// Null where none can be had.
std::shared_ptr<Mapping> MapHuge(int fd, size_t bytes) {
  auto made = Mapping::Create({.fd = fd, .bytes = bytes});
  auto* mapping = std::get_if<std::shared_ptr<Mapping>>(&made);
  return mapping ? *mapping : nullptr;
}

const Register huge_pages(
    "pmem: a file of huge pages is mapped, replaced and unmapped by them", [] {
      const int fd = memfd_create("datamover-huge", MFD_HUGETLB);
      struct stat status = {};
      const bool created = fd >= 0 && fstat(fd, &status) == 0;
      const auto page = static_cast<size_t>(status.st_blksize);
      auto mapping = created ? MapHuge(fd, page + 5000) : nullptr;
      if (mapping) {
        ByteAt(*mapping, 5) = 7;
        Equal(ftruncate(fd, 0), 0, "truncate");
        Equal(ByteAt(*mapping, 5), 0, "read");
        Equal(mapping->Held(), 0u);
        ByteAt(*mapping, page + 4999) = 7;
        void* const begin = mapping->bytes().data();
        mapping = nullptr;
        unsigned char present[2];
        Equal(mincore(begin, Page(), present), -1, "unmapped");
        mapping = MapHuge(fd, 5000);
        void* const again = mapping->bytes().data();
        mapping = nullptr;
        Equal(mincore(again, Page(), present), -1, "unmapped, of odd length");
      } else {
        std::printf("skip huge pages of a file: the system has no two (vm.nr_hugepages)\n");
      }
      close(fd);
    });

#endif

/// Bytes that RLIMIT_DATA counts by now; a sanitizer has terabytes.
size_t Data() {
  std::ifstream statm("/proc/self/statm");
  size_t pages[6] = {};
  for (size_t& count : pages) statm >> count;
  return pages[5] * Page();
}

void TouchWithoutRoom() {
  const size_t bytes = size_t{256} << 20;
  const File file(bytes);
  const auto mapping = Map({.fd = file.fd, .bytes = bytes});
  file.Resize(0);
  const rlim_t most = Data() + bytes / 2;
  const rlimit little = {most, most};
  setrlimit(RLIMIT_DATA, &little);
  for (size_t at = 0; at < bytes; at += 64 * Page()) ByteAt(*mapping, at) = 1;
  // The program still has its own.
  void* const own =
      mmap(nullptr, bytes / 4, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (own == MAP_FAILED) std::abort();
}

const Register without_room("pmem: pages that are not there do not count as the program's data",
                            [] { Check(Survives(TouchWithoutRoom), "in a mapping"); });

void TouchAfter(void (*change)()) {
  const File file(Page());
  const auto first = Map({.fd = file.fd, .bytes = Page()});
  change();
  const auto mapping = Map({.fd = file.fd, .bytes = Page()});
  file.Resize(0);
  ByteAt(*mapping, 0) = 1;
}

const Register taken_away("pmem: a handler that was taken away is there again at the next map", [] {
  Check(Survives([] { TouchAfter([] { signal(SIGBUS, SIG_DFL); }); }), "in a mapping");
});

const Register elsewhere("pmem: SIGBUS elsewhere ends the process, as before", [] {
  Check(Survives([] { TouchBehindTheEnd(true); }), "in a mapping");
  Check(!Survives([] { TouchBehindTheEnd(false); }), "elsewhere");
});

}  // namespace
}  // namespace datamover::test

#endif
