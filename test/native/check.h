#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <source_location>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

// The native tests' harness: tests register themselves, checks report where they failed, and
// main.cc runs all, or those that its arguments select.
namespace datamover::test {

struct Test {
  std::string name;
  std::function<void()> body;
};

inline std::vector<Test>& Tests() {
  static std::vector<Test> tests;
  return tests;
}

struct Register {
  Register(std::string name, std::function<void()> body) {
    Tests().push_back({std::move(name), std::move(body)});
  }
};

inline int& Failures() {
  static int failures = 0;
  return failures;
}

inline void Check(bool holds, const std::string& what,
                  std::source_location at = std::source_location::current()) {
  if (holds) return;
  ++Failures();
  std::fprintf(stderr, "%s:%u: %s\n", at.file_name(), at.line(), what.c_str());
}

template <typename A, typename B>
void Equal(const A& actual, const B& expected, const std::string& what = "",
           std::source_location at = std::source_location::current()) {
  if (actual == expected) return;
  std::ostringstream text;
  text << std::hex << "got 0x" << +actual << ", expected 0x" << +expected << ' ' << what;
  Check(false, text.str(), at);
}

/// xorshift32, as in the golden vectors; the seed is never 0.
class Random {
 public:
  explicit Random(uint32_t seed) : state_(seed) {}
  uint32_t Next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }
  uint32_t Below(uint32_t bound) { return Next() % bound; }
  std::vector<uint8_t> Bytes(size_t count) {
    std::vector<uint8_t> bytes(count);
    for (auto& byte : bytes) byte = static_cast<uint8_t>(Next());
    return bytes;
  }

 private:
  uint32_t state_;
};

}  // namespace datamover::test
