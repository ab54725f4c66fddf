#include <cstdio>
#include <cstdlib>
#include <string>

#include "targets.h"

// The entry points of libFuzzer; DATAMOVER_FUZZ_TARGET names the target.
namespace {

const datamover::fuzz::Target& Chosen() {
  const char* const variable = std::getenv("DATAMOVER_FUZZ_TARGET");
  const std::string name = variable == nullptr ? "" : variable;
  for (const auto& target : datamover::fuzz::kTargets) {
    if (name == target.name) return target;
  }
  std::fprintf(stderr, "DATAMOVER_FUZZ_TARGET names no target: '%s'\n", name.c_str());
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto& target = Chosen();
  target.run({data, size});
  return 0;
}
