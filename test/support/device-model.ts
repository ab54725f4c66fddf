import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const root = resolve(__dirname, '../..');
const program = join(root, 'build/device-model/device_model');
export const shim = join(root, 'build/device-model/trap_shim.so');

/** Why tests that need the device model are skipped; undefined where it is there. */
export const noDeviceModel: string | undefined = existsSync(program)
  ? undefined
  : `there is no device model for ${process.platform}-${process.arch}`;

/** `describe` where there is a device model, else one that says why not. */
export const describeWithModel: jest.Describe =
  noDeviceModel === undefined
    ? describe
    : (Object.assign((name: string, body: () => void) => {
        describe.skip(`${name} (skipped: ${noDeviceModel})`, body);
      }, describe) as jest.Describe);

/** What the model counted for each of its queues. */
export interface QueueStatistics {
  readonly submitted: number;
  readonly refused: number;
  readonly overflows: number;
  readonly completed: number;
  readonly batches: number;
  readonly members: number;
  readonly injected: number;
  readonly lost: number;
  readonly unreported: number;
  readonly mostAtOnce: number;
  readonly statuses: Readonly<Record<string, number>>;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly statistics: Readonly<Record<string, QueueStatistics>>;
}

/** A device model, and a program that takes it for a DSA. */
export class Emulation {
  readonly directory: string;
  readonly outcome: Promise<Outcome>;
  readonly child: ChildProcess;
  #stdout = '';
  #listeners: (() => void)[] = [];

  /**
   * @param options - of the model, as `datamover emulate --help` names them
   * @param directory - where the device is; default: a new one
   */
  constructor(
    options: readonly string[],
    command: readonly string[],
    env: NodeJS.ProcessEnv = {},
    directory = mkdtempSync(join(tmpdir(), 'datamover-')),
  ) {
    this.directory = directory;
    const stats = join(this.directory, 'statistics.json');
    const args = ['--root', this.directory, '--shim', shim, '--stats', stats, ...options];
    this.child = spawn(program, [...args, '--', ...command], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.outcome = this.#run(stats);
  }

  /** Resolves when the command has printed the line. */
  async printed(line: string): Promise<void> {
    while (!this.#stdout.split('\n').includes(line)) {
      await Promise.race([
        new Promise<void>((resolve) => this.#listeners.push(resolve)),
        this.outcome.then(({ stdout, stderr }) => {
          if (!stdout.includes(line))
            throw new Error(`ended without '${line}': ${stdout}${stderr}`);
        }),
      ]);
    }
  }

  /** Resolves when the model serves. */
  async serving(): Promise<void> {
    for (;;) {
      try {
        await this.control('stats');
        return;
      } catch {
        await setTimeout(10);
      }
    }
  }

  /** Lets a command go on that waits for a file of this name. */
  say(name: string): void {
    writeFileSync(join(this.directory, name), '');
  }

  /** A command to the model while it runs: see native/device_model/control.h. */
  control(command: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(join(this.directory, 'control.socket'));
      socket.once('error', reject);
      socket.on('data', (data) => {
        answer += data.toString();
        if (!answer.endsWith('\n')) return;
        socket.end();
        resolve(JSON.parse(answer));
      });
      socket.write(`${command}\n`);
    });
  }

  async #run(stats: string): Promise<Outcome> {
    let stderr = '';
    this.child.stdout!.on('data', (data: Buffer) => {
      this.#stdout += data.toString();
      for (const listener of this.#listeners.splice(0)) listener();
    });
    this.child.stderr!.on('data', (data: Buffer) => (stderr += data.toString()));
    const code = await new Promise<number | null>((resolve, reject) => {
      this.child.once('error', reject).once('close', resolve);
    });
    const statistics = existsSync(stats)
      ? (JSON.parse(readFileSync(stats, 'utf8')) as Outcome['statistics'])
      : {};
    rmSync(this.directory, { recursive: true, force: true });
    return { code, stdout: this.#stdout, stderr, statistics };
  }
}

/** Runs a command beside a device model to its end. */
export function emulate(
  options: readonly string[],
  command: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<Outcome> {
  return new Emulation(options, command, env).outcome;
}
