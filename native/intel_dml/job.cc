#include "intel_dml/job.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace datamover::intel_dml {

namespace {

// Arguments like these are never refused.

uint32_t JobBytes() {
  uint32_t bytes = 0;
  (void)dml_get_job_size(DML_PATH_SW, &bytes);
  return bytes;
}

dml_job_t* Initialized() {
  thread_local const auto memory = std::make_unique<std::byte[]>(JobBytes());
  auto* const job = reinterpret_cast<dml_job_t*>(memory.get());
  (void)dml_init_job(DML_PATH_SW, job);
  return job;
}

}  // namespace

Job::Job(dml_operation_t operation) : job_(Initialized()) { job_->operation = operation; }

Job::~Job() { (void)dml_finalize_job(job_); }

bool Job::Execute() { return dml_execute_job(job_, DML_WAIT_MODE_BUSY_POLL) == DML_STATUS_OK; }

}  // namespace datamover::intel_dml
