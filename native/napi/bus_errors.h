#pragma once

namespace datamover::napi {

/// To be called before a file is mapped, from any thread: keeps the handler of SIGBUS, which the
/// first mapping installs for good, from being taken away. The library stays loaded. In Node.js,
/// `process.on('SIGBUS')` and `process.off('SIGBUS')` do not change who handles the signal any
/// more: libuv does so for its first watcher and its last, and has one that stays.
void KeepHandlingBusErrors();

}  // namespace datamover::napi
