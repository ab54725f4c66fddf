#pragma once

#include <dml/dml.h>

namespace datamover::intel_dml {

/// A job of DML's software path, in memory of the calling thread: one at a time.
class Job {
 public:
  explicit Job(dml_operation_t operation);
  ~Job();
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  dml_job_t* operator->() { return job_; }

  /// Executes it. False where DML refused it or found something wrong.
  bool Execute();

 private:
  dml_job_t* const job_;
};

}  // namespace datamover::intel_dml
