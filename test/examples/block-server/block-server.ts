import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const program = resolve(__dirname, '../../../examples/block-server/main.mjs');

export interface End {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A directory for the file of a server; `options` name the file and the socket. */
export class Place {
  readonly directory = mkdtempSync(join(tmpdir(), 'datamover-nbd-'));
  readonly file = join(this.directory, 'disk');
  readonly socket = join(this.directory, 'socket');
  readonly uri = `nbd+unix:///?socket=${this.socket}`;
  readonly options = ['--file', this.file, '--socket', this.socket];

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** `examples/block-server` in a process of its own. */
export class BlockServer {
  readonly child: ChildProcess;
  readonly end: Promise<End>;
  #stdout = '';
  #stderr = '';

  /** @param granularity - by default as of persistent memory: no disk of the machine's is waited for */
  constructor(options: readonly string[], granularity = 'CACHE_LINE') {
    const env = { ...process.env, PMEM2_FORCE_GRANULARITY: granularity };
    this.child = spawn(process.execPath, [program, ...options], { env });
    this.child.stdout!.on('data', (text: Buffer) => (this.#stdout += text.toString()));
    this.child.stderr!.on('data', (text: Buffer) => (this.#stderr += text.toString()));
    this.end = once(this.child, 'close').then(([code]) => {
      return { code: code as number | null, stdout: this.#stdout, stderr: this.#stderr };
    });
  }

  /** Resolves when it listens. */
  static async start(options: readonly string[], granularity?: string): Promise<BlockServer> {
    const server = new BlockServer(options, granularity);
    await Promise.race([once(server.child.stdout!, 'data'), server.end]);
    if (!server.#stdout.startsWith('nbd')) throw new Error(server.#stderr);
    return server;
  }

  /** What it said first: where it listens, and of what. */
  get announcement(): string {
    return this.#stdout.split('\n')[0]!;
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<End> {
    this.child.kill(signal);
    return this.end;
  }
}

/** A place and a server there for all tests of a file. */
export function serverForAll(...options: readonly string[]): Place {
  const place = new Place();
  let server: BlockServer;
  beforeAll(async () => {
    server = await BlockServer.start([...place.options, ...options]);
  });
  afterAll(async () => {
    const { code, stderr } = await server.stop();
    place.remove();
    // Whatever was asked of it, it has not come to harm.
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
  return place;
}
