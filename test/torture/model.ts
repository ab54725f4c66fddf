import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { deviceModel } from '../../lib/cli/device-model';

/** Queues of all sorts, on two devices. */
const queues: Readonly<Record<string, string>> = {
  'wq0.0': 'mode=shared,size=16,max-transfer=16384,max-batch=8',
  'wq0.1': 'mode=dedicated,size=8,max-transfer=32768,max-batch=16',
  'wq1.0': 'mode=shared,size=2,max-batch=1',
  'wq1.1': 'mode=dedicated,size=64,bof=1',
};

export const queueNames = Object.keys(queues);

const options = [
  ...['dsa0', 'dsa1'].flatMap((name) => ['--device', `${name}:numa=0`]),
  ...queueNames.flatMap((name) => ['--queue', `${name}:${queues[name]!}`]),
];

/** What is counted of each queue, and added up here. */
const counted = ['injected', 'lost', 'refused', 'overflows', 'unreported'] as const;

type Counted = Record<(typeof counted)[number], number>;

/**
 * The device model beside this process, which has to have been started with an environment for it. It
 * is this process that starts, kills and restarts it.
 */
export class Model {
  readonly #root: string;
  #process: ChildProcess;
  readonly #counts: Counted = { injected: 0, lost: 0, refused: 0, overflows: 0, unreported: 0 };

  private constructor(root: string, seed: number) {
    this.#root = root;
    this.#process = this.#spawn(seed);
  }

  static async start(root: string, seed: number): Promise<Model> {
    const model = new Model(root, seed);
    await model.#serving();
    return model;
  }

  /** Its process has not ended; it may not serve yet. */
  get lives(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** How it behaves from now on: see `datamover emulate --help`. */
  set(name: string, value: number): Promise<unknown> {
    return this.control(`set ${name} ${value}`);
  }

  /** A command: see native/device_model/control.h. */
  control(command: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(join(this.#root, 'control.socket'));
      socket.once('error', reject).on('data', (data) => {
        answer += data.toString();
        if (!answer.endsWith('\n')) return;
        socket.end();
        resolve(JSON.parse(answer));
      });
      socket.write(`${command}\n`);
    });
  }

  /** Ends it without a word, as a machine loses a device, and puts another in its place. */
  async replace(seed: number, pauseMs: number): Promise<void> {
    await this.#count();
    await this.#end('SIGKILL');
    await setTimeout(pauseMs);
    this.#process = this.#spawn(seed);
    await this.#serving();
  }

  /** Ends it; returns what it, and those before it, have counted. */
  async stop(): Promise<Counted> {
    await this.#count();
    await this.#end('SIGTERM');
    return this.#counts;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill(signal);
    await ended;
  }

  async #count(): Promise<void> {
    const statistics = (await this.control('stats')) as Record<string, Counted>;
    for (const queue of Object.values(statistics)) {
      for (const name of counted) this.#counts[name] += queue[name];
    }
  }

  #spawn(seed: number): ChildProcess {
    const { program, shim } = deviceModel;
    // Of the environment of clients the model itself needs nothing.
    const env = { ...process.env };
    delete env['LD_PRELOAD'];
    const args = ['--root', this.#root, '--shim', shim, '--seed', String(seed), ...options];
    return spawn(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  }

  async #serving(): Promise<void> {
    while (this.#process.exitCode === null) {
      try {
        await this.control('stats');
        return;
      } catch {
        await setTimeout(5);
      }
    }
    throw new Error('the device model does not serve');
  }
}
