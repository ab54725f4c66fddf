#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "memory/allocation.h"

// What an allocation asks for beyond address space; it differs from system to system.
namespace datamover::memory {

/// The unit in which memory of this kind is mapped, in bytes; a power of two.
size_t PageBytes(HugePages huge_pages);

/// What mmap is told to get pages of this kind.
int MapFlags(HugePages huge_pages);

/// Whether this system knows what the options ask for at all.
std::optional<AllocationError> Unsupported(const AllocationOptions& options);

/// Makes freshly mapped, untouched pages what the options ask for.
std::optional<AllocationError> Place(std::span<uint8_t> pages, const AllocationOptions& options);

}  // namespace datamover::memory
