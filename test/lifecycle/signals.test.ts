import { run } from './run';

const signals = ['SIGTERM', 'SIGINT'] as const;

/** Sends the signal when work is under way; with how long the process lived on. */
async function interrupted(signal: NodeJS.Signals, args: readonly string[]) {
  let sent = 0;
  const end = await run('signals', args, {
    onOutput: (child, stdout) => {
      if (sent > 0 || stdout.split('busy').length < 3) return;
      sent = performance.now();
      child.kill(signal);
    },
  });
  return { ...end, lived: performance.now() - sent };
}

// Windows has no signals to send.
const describeSignals = process.platform === 'win32' ? describe.skip : describe;

describeSignals.each(signals)('%s while work is under way', (sent) => {
  test('kills at once', async () => {
    const { code, signal, stderr, lived } = await interrupted(sent, []);
    expect({ code, signal, stderr }).toEqual({ code: null, signal: sent, stderr: '' });
    expect(lived).toBeLessThan(2000);
  });

  test('reaches its handler', async () => {
    const { code, signal, stdout, stderr } = await interrupted(sent, [sent]);
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
    expect(stdout.endsWith(`handled ${sent}\n`)).toBe(true);
  });
});
