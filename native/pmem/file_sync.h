#pragma once

#include <cstddef>

// How pages of a file reach its device; it differs from system to system. Errors are an errno; 0:
// none.
namespace datamover::pmem {

/// Writes the pages that the range touches back, and waits for it. The range lies in a mapping.
int SyncPages(const void* address, size_t bytes);

/// Has the device write its own cache back, where syncing pages leaves that out.
int SyncDevice(int fd);

/// Whether the file is kept in memory alone (tmpfs and the like), so that there is nothing to sync.
bool IsInMemory(int fd);

}  // namespace datamover::pmem
