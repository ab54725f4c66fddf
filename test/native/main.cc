#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "check.h"

namespace {

/// Whether the name contains all the words, and none of those behind an exclamation mark.
bool Selected(const std::string& name, const std::vector<std::string>& words) {
  return std::all_of(words.begin(), words.end(), [&name](const std::string& word) {
    const bool unwanted = word.starts_with('!');
    return (name.find(word.substr(unwanted)) == std::string::npos) == unwanted;
  });
}

}  // namespace

int main(int argc, char** argv) {
  using namespace datamover::test;
  int run = 0, failed = 0;
  for (const auto& test : Tests()) {
    if (!Selected(test.name, {argv + 1, argv + argc})) continue;
    const int before = Failures();
    test.body();
    ++run;
    const bool passed = Failures() == before;
    if (!passed) ++failed;
    std::printf("%s %s\n", passed ? "ok  " : "FAIL", test.name.c_str());
  }
  std::printf("%d passed, %d failed\n", run - failed, failed);
  return failed > 0 || run == 0 ? 1 : 0;
}
