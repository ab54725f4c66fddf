#pragma once

#include <cstdint>

#include "abi/descriptor.h"

// What the preloaded shim and the device model say to each other, over one SOCK_SEQPACKET
// connection per client process: one packet a request, one packet an answer where there is one.
// The model knows the client's process by SO_PEERCRED.
namespace datamover::device_model {

/// Name of the socket in the root directory of the model, whose path the client is given in
/// kRootVariable. The queues are the empty files `dev/dsa/wqN.M` there.
inline constexpr char kSocketName[] = "trap.socket";
inline constexpr char kRootVariable[] = "DATAMOVER_DEVICE_MODEL";

/// Descriptors in one write request at most; a longer write is several requests.
inline constexpr uint32_t kMaxWrite = 64;

enum class RequestKind : uint32_t {
  kOpen,     // answer: 0 or an errno
  kClose,    // closed and unmapped; answer: 0, when its descriptors are done
  kMap,      // answer: 0 or an errno
  kStore,    // MOVDIR64B of one descriptor; no answer, the store is posted
  kEnqueue,  // ENQCMD of one descriptor; answer: 0 accepted, 1 retry
  kWrite,    // write(2) of `count` descriptors; answer: how many were accepted, or -errno
};

/// A packet holds the header and `count` descriptors, no more.
struct Request {
  RequestKind kind;
  uint32_t device;  // of wqN.M: N
  uint32_t queue;   // of wqN.M: M
  uint32_t count;
  abi::Descriptor descriptors[kMaxWrite];
};

struct Answer {
  int32_t value;
};

}  // namespace datamover::device_model
