import { randomBytes } from 'node:crypto';
import { addon } from '../addon';
import type { Mover } from '../movers/mover';
import { open, syncMover, threadsMover } from '../movers/open';
import { checkBinary, checkContainer, checkCpu, checkDevices } from './checks';
import { bad, ok, type Finding } from './finding';
import { scanDevices } from './scan';
import { usableQueues } from './usable-queues';

/** What this machine offers. */
export interface Diagnosis {
  /** Whether there is hardware that this process can use, and that does what it should. */
  readonly usable: boolean;
  /** In the order in which things depend on each other. */
  readonly findings: readonly Finding[];
}

/**
 * Looks at everything between a program and a DSA, and tries every engine that there is: what is there,
 * what is missing, what that means, and what to type.
 */
export async function diagnose(): Promise<Diagnosis> {
  const findings = [...checkBinary()];
  const works = findings.every(({ level }) => level !== 'error');
  if (scanDevices().devices.length > 0) findings.push(...checkCpu());
  findings.push(...checkDevices(), ...checkContainer());
  if (!works) return { usable: false, findings };
  findings.push(await tryOut('inline', () => syncMover()));
  findings.push(await tryOut('threads', () => threadsMover({ threads: 2 })));
  if (addon().intelDml !== undefined) {
    findings.push(await tryOut('intel-dml', () => syncMover({ engine: 'intel-dml' })));
  }
  let usable = false;
  for (const { name } of usableQueues().usable) {
    const finding = await tryOut(name, () =>
      open({ path: 'hardware', queues: [name], timeoutMs: 2000 }),
    );
    findings.push(finding);
    usable ||= finding.level === 'ok';
  }
  return { usable, findings };
}

/** What a program can do about a queue that does not do what it should. */
const leaveOut = (name: string): string | undefined =>
  name.startsWith('wq') ? `leave ${name} out: open({ queues: [the others] })` : undefined;

/** A round trip through an engine, and whether the result is right. */
async function tryOut(name: string, opened: () => Mover | Promise<Mover>): Promise<Finding> {
  const what = `self-test on ${name}`;
  try {
    const mover = await opened();
    try {
      const source = randomBytes(65536);
      const target = Buffer.alloc(source.length);
      await mover.copy(target, source);
      const sum = await mover.crc32c(Buffer.from('123456789'));
      const same = target.equals(source) && sum === 0xe3069283;
      return same
        ? ok(`${what} passed`, mover.name)
        : bad(`${what} failed`, 'wrong bytes came back', leaveOut(name));
    } finally {
      await mover.close();
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return bad(
      `${what} failed`,
      message.replace(/[.;] npx datamover doctor.*/, ''),
      leaveOut(name),
    );
  }
}
