#pragma once

#include <array>
#include <cstdint>
#include <span>

// What is fuzzed. Each target takes any bytes, and ends the process if the engine does with them
// what it must not. The engine and the device model share no code.
namespace datamover::fuzz {

/// Descriptors of any bits: engine and device model refuse the same ones for the same reason.
void Descriptors(std::span<const uint8_t> bytes);
/// Operations of all kinds, alone and in batches, in memory in which their ranges may meet: engine
/// and device model leave the same records and the same memory, and all kernels agree.
void Execute(std::span<const uint8_t> bytes);
/// Delta records, made and hostile: nothing is touched outside of the ranges.
void Delta(std::span<const uint8_t> bytes);
/// Integrity fields, good and bad.
void Dif(std::span<const uint8_t> bytes);

/// What processes say to the device model: it does what the engine does with the same descriptors,
/// and keeps its accounts, whatever it is told.
void Device(std::span<const uint8_t> bytes);

struct Target {
  const char* name;
  void (*run)(std::span<const uint8_t> bytes);
};
inline constexpr std::array<Target, 5> kTargets = {{{"descriptors", Descriptors},
                                                    {"execute", Execute},
                                                    {"delta", Delta},
                                                    {"dif", Dif},
                                                    {"device", Device}}};

}  // namespace datamover::fuzz
