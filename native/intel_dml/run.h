#pragma once

#include <optional>

#include "abi/completion_record.h"
#include "abi/descriptor.h"

// Compiled only where there is an Intel DML.
namespace datamover::intel_dml {

/// As Provider::run. Where DML's software path is known to give what a device does not, it is not
/// asked: test/conformance/dml-deviations.ts has the reasons.
std::optional<abi::CompletionRecord> Run(const abi::Descriptor& job);

/// The same for check, insert, strip and update of data integrity fields.
std::optional<abi::CompletionRecord> RunDif(const abi::Descriptor& job);

}  // namespace datamover::intel_dml
