/* eslint-disable @typescript-eslint/no-require-imports */
type Library = typeof import('../../lib');

/** Another copy of the library, as test runners load one for each file; the addon is the same. */
function load(): Library {
  let library: Library | undefined;
  jest.isolateModules(() => {
    library = require('../../lib') as Library;
  });
  return library!;
}

test('every copy of the library in a process is woken', async () => {
  const bytes = 64 * 1024 * 1024;
  for (const { threadsMover } of [load(), load(), load()]) {
    const mover = threadsMover({ threads: 1 });
    const target = Buffer.alloc(bytes);
    await mover.fill(target, 7);
    expect(target[bytes - 1]).toBe(7);
    await mover.close();
  }
});
