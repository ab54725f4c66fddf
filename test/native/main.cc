#include <cstdio>
#include <string>

#include "check.h"

int main(int argc, char** argv) {
  using namespace datamover::test;
  const std::string wanted = argc > 1 ? argv[1] : "";
  int run = 0, failed = 0;
  for (const auto& test : Tests()) {
    if (test.name.find(wanted) == std::string::npos) continue;
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
