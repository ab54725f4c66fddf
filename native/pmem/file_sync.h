#pragma once

#include <cstddef>

// Pages of a file, and how they reach its device; it differs from system to system. Errors are an
// errno; 0: none.
namespace datamover::pmem {

/// Writes the pages that the range touches back, and waits for it. The range lies in a mapping.
int SyncPages(const void* address, size_t bytes);

/// Has the device write its own cache back, where syncing pages leaves that out.
int SyncDevice(int fd);

/// Whether the file is kept in memory alone (tmpfs and the like), so that there is nothing to sync.
bool IsInMemory(int fd);

/// Of a mapping of the file, in bytes: those of hugetlbfs have huge pages, whatever is asked for.
size_t PageSize(int fd);

}  // namespace datamover::pmem
