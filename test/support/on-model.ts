import { emulate, type Outcome } from './device-model';

/** What a script came to beside a device model. */
export interface Answer<T> {
  readonly value: T;
  readonly stderr: string;
  readonly queues: Outcome['statistics'];
}

/**
 * Runs a script beside a device model, and hands back what it returns.
 *
 * @param options - of the model
 * @param script - the body of an async function; the names that the library exports are variables
 */
export async function onModel<T>(
  options: readonly string[],
  script: string,
  env?: NodeJS.ProcessEnv,
): Promise<Answer<T>> {
  const program = `
    const library = require('./dist');
    const { calibrate, devices, mover, open, syncMover, MoverError } = library;
    const buffers = (count, bytes) => Array.from({ length: count }, () => Buffer.alloc(bytes, 7));
    /** Copies, one after the other or all at once; how many came out right. */
    async function copies(mover, count, bytes, options, together = false) {
      const source = Buffer.alloc(bytes, 'right');
      const targets = buffers(count, bytes);
      const done = [];
      for (const target of targets) {
        const future = mover.copy(target, source, options);
        done.push(together ? future.promise() : await future);
      }
      await Promise.all(done);
      return targets.filter((target) => target.equals(source)).length;
    }
    /** What became of a future: 'ok', or what its error says. */
    const outcome = (future) => Promise.resolve(future).then(
      () => 'ok',
      ({ name, code, operation, status, bytesCompleted, fault, message }) =>
        ({ name, code, operation, status, bytesCompleted, fault, message }),
    );
    /** Tells the model something: see native/device_model/control.h. */
    const control = (command) => new Promise((resolve, reject) => {
      const path = process.env.DATAMOVER_DEVICE_MODEL + '/control.socket';
      const socket = require('node:net').connect(path, () => socket.write(command + '\\n'));
      socket.once('error', reject).once('data', (answer) => resolve(socket.destroy() && String(answer)));
    });
    const code = (future) => Promise.resolve(future).then(() => 'ok', (error) => error.code);
    (async () => {${script}
    })().then((value) => console.log(JSON.stringify(value ?? null)));`;
  const command = [process.execPath, '-e', program];
  const { code, stdout, stderr, statistics } = await emulate(options, command, env);
  if (code !== 0) throw new Error(`the script ended with ${String(code)}: ${stderr}`);
  const value = JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
  return { value, stderr, queues: statistics };
}

/** Names of the queues that had more to do than the two no-ops by which each is tried. */
export function busy({ queues }: Answer<unknown>): string[] {
  return Object.keys(queues)
    .filter((name) => queues[name]!.submitted > 2)
    .sort();
}
