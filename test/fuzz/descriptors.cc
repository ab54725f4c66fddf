#include "both.h"
#include "input.h"
#include "targets.h"

namespace datamover::fuzz {

void Descriptors(std::span<const uint8_t> bytes) {
  const auto job = Input(bytes).Take<abi::Descriptor>();
  Judge(job, engine::Place::kQueue);
  Judge(job, engine::Place::kBatch);
}

}  // namespace datamover::fuzz
