#pragma once

namespace datamover::portal {

/// The NUMA node on which the calling thread runs now; -1 where nobody knows.
int NodeOfThread();

/// The node that holds the page of the address; -1 where there is no page yet, or nobody knows.
int NodeOf(const void* address);

}  // namespace datamover::portal
