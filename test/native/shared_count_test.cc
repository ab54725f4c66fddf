#include "napi/shared_count.h"

#include <atomic>
#include <cstddef>
#include <cstring>
#include <memory>

#include "check.h"

namespace datamover::test {
namespace {

using napi::CountsAsOurs;

const Register ours("shared count: a handle of which there is one more is ours", [] {
  const std::shared_ptr<void> first = std::make_shared<int>(1);
  Check(!CountsAsOurs(first), "there is no other");
  const std::shared_ptr<void> second = first;
  Check(CountsAsOurs(second), "there is another");
  Equal(second.use_count(), 2L, "no share is left");
  const std::shared_ptr<void> third = first;
  Check(!CountsAsOurs(third), "there are two others");
  Check(!CountsAsOurs(nullptr), "there is none");
});

// Sanitizers object to what is of another type, and they are right.
#if defined(__GLIBCXX__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

/// As libc++ has it: what is counted is one less than there are, in words of eight bytes.
struct OtherCount {
  virtual ~OtherCount() = default;
  virtual void End() { ended = true; }
  virtual void EndWeak() { ended = true; }
  long others = 1;
  long weak = 0;
  bool ended = false;
};

const Register foreign("shared count: a handle of another standard library is left as it was", [] {
  struct Handle {
    void* pointee;
    OtherCount* count;
  };
  static_assert(sizeof(Handle) == sizeof(std::shared_ptr<void>));
  OtherCount count;
  const Handle handle{&count, &count};
  alignas(Handle) std::byte bytes[sizeof(Handle)];
  std::memcpy(bytes, &handle, sizeof handle);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  Check(!CountsAsOurs(*reinterpret_cast<const std::shared_ptr<void>*>(bytes)), "ours");
  std::atomic_signal_fence(std::memory_order_seq_cst);
  Equal(count.others, 1L);
  Equal(count.weak, 0L);
  Check(!count.ended, "ended");
});

#endif

}  // namespace
}  // namespace datamover::test
