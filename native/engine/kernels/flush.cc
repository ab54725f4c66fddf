#include "engine/kernels.h"
#include "engine/kernels/flush_internal.h"

namespace datamover::engine {

#if !defined(__x86_64__) && !defined(_M_X64) && !(defined(__aarch64__) && defined(__linux__))
Flusher ChooseFlusher() { return {}; }
#endif

namespace {

const Flusher& Chosen() {
  static const Flusher flusher = ChooseFlusher();
  return flusher;
}

}  // namespace

bool FlushLines(const uint8_t* start, size_t bytes, bool keep) {
  const Flusher& flusher = Chosen();
  if (flusher.drop == nullptr) return false;
  if (bytes > 0) (keep ? flusher.keep : flusher.drop)(start, bytes);
  return true;
}

const char* FlushImplementation() { return Chosen().name; }

}  // namespace datamover::engine
