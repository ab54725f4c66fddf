import { describeWithModel } from '../support/device-model';
import { busy, onModel } from '../support/on-model';

const queues = ['--queue', 'wq0.0:mode=shared,size=16', '--queue', 'wq0.1:mode=dedicated,size=8'];

/** Copies now and then, since queues are looked for while there is work, until something holds. */
const until = `
  const until = async (condition) => {
    for (let tries = 0; tries < 400 && !condition(); tries++) {
      if (await copies(mover, 1, 65536) !== 1) throw new Error('a copy came out wrong');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };`;

describeWithModel('queues that are configured after the mover was opened', () => {
  test('serve it, and what comes then is done by them', async () => {
    const answer = await onModel<unknown[]>(
      queues,
      `
      for (const name of ['wq0.0', 'wq0.1']) await control('disable ' + name);
      const mover = await open({ threshold: 4096, queues: ['wq0.1'] });
      ${until}
      const before = [mover.name.includes('wq'), mover.stats().queues.serving];
      await copies(mover, 3, 65536);
      await control('enable wq0.1');
      await until(() => mover.stats().queues.serving.length > 0);
      const after = [mover.name.includes('wq0.1 '), mover.stats().queues.serving];
      const right = await copies(mover, 5, 65536, { path: 'hardware' });
      const { descriptors, queues: { losses, returns } } = mover.stats();
      await mover.close();
      return [before, after, right, descriptors >= 5, losses, returns];`,
    );
    expect(answer.value).toEqual([[false, []], [true, ['wq0.1']], 5, true, 0, 0]);
    expect(busy(answer)).toEqual(['wq0.1']);
  });

  test('serve the mover of the process; one that may use none stays with software', async () => {
    const { value } = await onModel<unknown[]>(
      queues,
      `
      for (const name of ['wq0.0', 'wq0.1']) await control('disable ' + name);
      const software = await open({ path: 'software' });
      ${until}
      await copies(mover, 1, 65536);
      for (const name of ['wq0.0', 'wq0.1']) await control('enable ' + name);
      await until(() => mover.stats().queues.serving.length > 0);
      await copies(software, 3, 65536);
      const stats = [mover, software].map((one) => one.stats().queues.serving);
      await software.close();
      return stats;`,
    );
    expect(value).toEqual([['wq0.0', 'wq0.1'], []]);
  });

  test('hold no process that has a mover open and waits for them', async () => {
    const { value } = await onModel<unknown>(
      queues,
      `
      for (const name of ['wq0.0', 'wq0.1']) await control('disable ' + name);
      const mover = await open({ threshold: 4096 });
      return copies(mover, 3, 65536);`,
    );
    expect(value).toBe(3);
  });
});
