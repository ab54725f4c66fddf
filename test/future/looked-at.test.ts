import { childResult } from '../support/child';

// An eager failure is reported as an unhandled rejection, unless somebody looks at it in time.

const program = (look: string): string => `
  let unhandled = 0;
  process.on('unhandledRejection', () => unhandled++);
  const future = mover.copy(Buffer.alloc(3), Buffer.alloc(4));
  ${look}
  setTimeout(() => console.log(JSON.stringify(unhandled)), 20);
`;

test.each([
  ['nobody', '', 1],
  ['error is read', 'void future.error;', 0],
  ['output is read', 'try { future.output; } catch {}', 0],
  ['it is caught', 'future.then(() => {}, () => {});', 0],
])('%s', async (_name, look, unhandled) => {
  expect(await childResult(program(look))).toBe(unhandled);
});
