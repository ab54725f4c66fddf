export { devices, type DeviceInfo, type QueueInfo } from './devices/devices';
export { diagnose, type Diagnosis } from './devices/diagnose';
export type { Finding } from './devices/finding';
export {
  JobDifBlock,
  JobDifFlag,
  JobDifMismatch,
  JobExpect,
  JobFlag,
  JobOperation,
  JobPath,
} from './dml-job/constants';
export type { JobDifConfig, JobFields } from './dml-job/fields';
export { Job } from './dml-job/job';
export { JobStatus } from './dml-job/status';
export { MoverError, type Fault, type MoverErrorCode } from './errors';
export type { Driver } from './future/driver';
export {
  FutureState,
  type Future,
  type FutureProperty,
  type PromiseOptions,
} from './future/future';
export { completed, failed } from './future/base-future';
export { chain, type Chain } from './future/chain';
export { all, race, type Outputs } from './future/combinators';
export { chainOf, type Entry, type EntryChain, type NextEntry } from './future/entry-chain';
export { loop } from './future/loop';
export { Notifier, type NotifierOffer, type PollSlot, type Wake } from './future/notifier';
export { fromPromise } from './future/promise-future';
export { future, type FutureContext, type Task } from './future/task-future';
export { Pool, type PoolOptions } from './memory/pool';
export type { Bytes } from './memory/resolve';
export { Region } from './memory/region';
export type { Channel } from './movers/channel';
export type { BatchBuilder } from './movers/batch';
export type { BatchResult } from './movers/batch-future';
export { calibrate, type CalibrateOptions, type Calibrated } from './movers/calibrate';
export type { Capabilities, Demand } from './movers/capabilities';
export type { Figures, Origin } from './movers/choice';
export type { EngineKind, EngineTimes } from './movers/cost-model';
export type { DataOperations } from './movers/data-operations';
export type { DifFront, DifOptions } from './movers/dif-front';
export type { Explanation } from './movers/explain';
export type { EngineName, SoftwareOptions } from './movers/kernels';
export type {
  CompareOptions,
  CrcOptions,
  DeltaOptions,
  DrainOptions,
  FlushOptions,
} from './movers/operation-options';
export type { ChannelOptions, Mover } from './movers/mover';
export type { MoverOperations } from './movers/mover-operations';
export type { BackendCapabilities, MoverBackend, OpCall } from './movers/mover-backend';
export { moverFrom } from './movers/mover-from';
export {
  mover,
  open,
  syncMover,
  threadsMover,
  type OpenOptions,
  type ThreadsOptions,
} from './movers/open';
export type { GivenOptions, OpOptions } from './movers/options';
export type { ThresholdOption } from './movers/thresholds';
export type { SequenceBuilder } from './movers/sequence';
export type { SequenceResult } from './movers/sequence-future';
export type { MoverStats, QueueStats, SoftwareStats } from './movers/statistics';
export type { CompareResult } from './operations/compare';
export type { DeltaOutcome, DeltaResult } from './operations/delta';
export type { DifMismatch, DifResult } from './operations/dif';
export type {
  DifBlock,
  DifEscape,
  DifLayout,
  DifSource,
  DifTags,
  DifTarget,
} from './operations/dif-fields';
export type { OpArguments } from './operations/op-arguments';
export type { OpName } from './operations/operation';
export type { Pattern } from './operations/pattern';
export { BttDevice, type BttCheck } from './pmem/btt-device';
export type { BttOptions } from './pmem/btt-options';
export type { Granularity } from './pmem/granularity';
export { pmem, type MapOptions } from './pmem/map';
export type { PmemMap } from './pmem/pmem-map';
export type { Completion } from './runtime/completions';
export type { RuntimeOptions, RuntimeStats, WaitOneOptions, WaitOptions } from './runtime/options';
export { Runtime } from './runtime/runtime';
