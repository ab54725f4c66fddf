#include "intel_dml/intel_dml.h"

#if defined(DATAMOVER_INTEL_DML)
#include <dml/dml.h>

#include "intel_dml/run.h"
#endif

namespace datamover::intel_dml {

#if defined(DATAMOVER_INTEL_DML)

const char* Version() { return reinterpret_cast<const char*>(dml_get_library_version()->version); }

std::shared_ptr<engine::Provider> MakeProvider() {
  auto provider = std::make_shared<engine::Provider>();
  provider->run = Run;
  return provider;
}

#else

const char* Version() { return nullptr; }

std::shared_ptr<engine::Provider> MakeProvider() { return nullptr; }

#endif

}  // namespace datamover::intel_dml
