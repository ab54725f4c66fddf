import { bare } from '../intrinsics';

/** What a device or its driver answered to the last command, by the numbers of the kernel's idxd.h. */
const meanings: Readonly<Record<number, string>> = bare({
  0x10: 'the device was enabled already',
  0x11: 'its configuration makes no sense',
  0x12: 'bus mastering is off',
  0x13: 'page requests could not be allocated',
  0x14: 'the sizes of its queues add up to more than it has entries',
  0x15: 'a group has queues and no engine, or engines and no queue',
  0x16: 'a queue is in no group, or in two',
  0x17: 'an engine is in two groups',
  0x18: 'its read buffers are given out wrongly',
  0x20: 'the device is off',
  0x21: 'the queue was enabled already',
  0x22: 'the size of the queue makes no sense',
  0x23: 'the priority of the queue makes no sense',
  0x24: 'the mode of the queue makes no sense',
  0x25: 'the queue cannot block on faults',
  0x26: 'the queue has no address space',
  0x27: 'the largest batch of the queue makes no sense',
  0x28: 'the largest transfer of the queue makes no sense',
  0x80000010: 'the device was enabled already',
  0x80000020: 'the device is not enabled',
  0x80000021: 'the queue was enabled already',
  0x80030000: 'the queue is in no group',
  0x80040000: 'the queue has no name',
  0x80050000: 'shared virtual memory is off',
  0x80060000: 'the queue has no threshold',
  0x80070000: 'the portal could not be mapped',
  0x800c0000: 'shared queues are not supported here',
  0x800d0000: 'nothing is configured',
  0x800e0000: 'the queue has no size',
  0x80110000: 'user queues need the IOMMU and shared virtual memory',
  0x80200000: 'the queue has no driver name, or not that of its driver',
});

/** The status in words; undefined for success, which is 0, and where nobody knows. */
export function commandStatus(status: number): string | undefined {
  return status === 0 ? undefined : (meanings[status] ?? `0x${status.toString(16)}`);
}
