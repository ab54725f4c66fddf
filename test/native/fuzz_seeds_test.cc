#if defined(__linux__)

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "check.h"
#include "fuzz/targets.h"

namespace datamover::test {
namespace {

// A target that finds something ends the process, and says what it was.
const Register seeds("inputs that the fuzzers kept find nothing", [] {
  for (const auto& [name, run] : fuzz::kTargets) {
    size_t tried = 0;
    const std::string directory = std::string("test/fuzz/corpus/") + name;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
      run({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
      ++tried;
    }
    Check(tried > 10, directory + " has few inputs");
  }
});

}  // namespace
}  // namespace datamover::test

#endif
