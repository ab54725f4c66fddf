import { Status } from '../../lib/abi/completion-record';
import { MoverError, statusError } from '../../lib/errors';
import { errorOfWhole } from '../../lib/operations/part';

const begin = { src: 1000 };

test('what no record said is told as it is', () => {
  for (const error of [
    new Error('anything'),
    new MoverError('ERR_MOVER_DEVICE', 'lost', { operation: 'copy' }),
    new MoverError('ERR_MOVER_DEVICE', 'lost', { status: Status.PageFault }),
  ]) {
    expect(errorOfWhole(error, 4096, begin)).toBe(error);
  }
});

test('what was completed before counts, and the fault stands where it is in the whole', () => {
  const fault = { access: 'read', argument: 'src', offset: 7 } as const;
  const error = statusError('copyCrc32c', Status.PageFault, 64, fault);
  expect(errorOfWhole(error, 4096, begin)).toMatchObject({
    code: 'ERR_MOVER_PAGE_FAULT',
    operation: 'copyCrc32c',
    status: Status.PageFault,
    bytesCompleted: 4160,
    fault: { access: 'read', argument: 'src', offset: 1007 },
  });
});

test('an argument that begins with the whole; no fault at all; no bytes', () => {
  const fault = { access: 'write', argument: 'dst', offset: 7 } as const;
  const error = statusError('copy', Status.PageFault, 0, fault);
  expect(errorOfWhole(error, 0, begin)).toMatchObject({ bytesCompleted: 0, fault });
  const options = { operation: 'copy', status: Status.UnsupportedOpcode } as const;
  const whole = errorOfWhole(new MoverError('ERR_MOVER_DEVICE', '', options), 5, begin);
  expect(whole).toMatchObject({ bytesCompleted: 5 });
  expect(whole).toHaveProperty('fault', undefined);
});
