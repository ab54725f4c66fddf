import { completed } from '../../lib/future/base-future';
import type { Range } from '../../lib/memory/range';
import { resolve } from '../../lib/memory/resolve';
import { operationNames, softwareCapabilities } from '../../lib/movers/capabilities';
import { DataOperations } from '../../lib/movers/data-operations';
import { noSettings } from '../../lib/movers/options';
import { plan } from '../../lib/movers/sequence-plan';
import type { Recorded, Step } from '../../lib/movers/sequence-step';
import type { Future, OpName } from '../../lib';

// What is planned is written as operations with the names of their ranges: `copy b<a`, destination
// first, a part as `a[64+16]`. Groups are apart by `|`.

const SIZE = 1040;

const page = (): Buffer => {
  const memory = Buffer.alloc(3 * 4096);
  const start = (-resolve(memory, 'memory').low & 4095) + 4096;
  return memory.subarray(start, start + SIZE);
};

/** Of the user: a, b, c; and scratch memory: s, t. */
const memory = { a: page(), b: page(), c: page(), s: page(), t: page() };
const { a, b, c, s, t } = memory;
const scratch = [s, t].map((buffer) => resolve(buffer, 'scratch'));
const part = (buffer: Buffer, at: number, length: number): Buffer =>
  buffer.subarray(at, at + length);

const HALF = SIZE / 2;
/** Blocks and blocks with fields, so that fields fill what they are written to. */
const [aBlock, sField, bField] = [part(a, 0, 512), part(s, 0, 520), part(b, 0, 520)];

function nameOf(range: Range | null): string {
  if (range === null) return '';
  for (const [name, buffer] of Object.entries(memory)) {
    const { address } = resolve(buffer, name);
    const at = range.address - address;
    if (at < 0 || at >= SIZE) continue;
    return at === 0 && range.length === SIZE ? name : `${name}[${at}+${range.length}]`;
  }
  return '?';
}

function show({ operands }: Step): string {
  const { operation, destination, source, second } = operands;
  const names = [nameOf(destination), nameOf(source), nameOf(second)];
  if (operation.name === 'dualcast') return `dualcast ${names[0]},${names[2]}<${names[1]}`;
  const sources = names.slice(1).filter((name) => name !== '');
  return `${operation.name} ${names[0]}${sources.length > 0 ? '<' : ''}${sources.join(',')}`;
}

type Program = (ops: DataOperations) => void;

function planned(program: Program, able: readonly OpName[] = operationNames) {
  const recorded: Recorded[] = [];
  const record = <T>(operands: unknown, settings: unknown): Future<T> => {
    recorded.push({ operands, settings } as Recorded);
    return completed(undefined as T);
  };
  const starter = {
    capabilities: softwareCapabilities(false, 1),
    underWay: undefined,
    limits: undefined,
    plain: undefined,
    operate: record,
    work: <T>(_plan: unknown, operands: unknown, settings: unknown): Future<T> =>
      record(operands, settings),
    failed(error: Error): never {
      throw error;
    },
  };
  program(new DataOperations(starter, noSettings, 'lazy'));
  const { groups, elided } = plan(recorded, scratch, new Set(able));
  const own = groups.map((group) =>
    group
      .filter((step) => step.doer === step)
      .map(show)
      .sort(),
  );
  return { groups, elided, text: own.map((group) => group.join(' ')).join(' | ') };
}

const rows = test.each<[rule: string, program: Program, text: string]>;

describe('what is done with fewer operations', () => {
  rows([
    [
      'a copy that only feeds another, and a CRC of it',
      (o) => {
        o.copy(s, a);
        o.crc32c(s);
        o.copy(b, s);
      },
      'copyCrc32c b<a',
    ],
    [
      'a chain of copies',
      (o) => {
        o.copy(s, a);
        o.copy(t, s);
        o.move(b, t);
      },
      'move b<a',
    ],
    [
      'parts of a copy',
      (o) => {
        o.copy(s, a);
        o.crc32c(part(s, 100, 50));
        o.compare(part(s, 0, 8), part(b, 0, 8));
      },
      'compare <a[0+8],b[0+8] crc32c <a[100+50]',
    ],
    [
      'a copy to two places',
      (o) => {
        o.dualcast([s, b], a);
        o.crc32c(s);
      },
      'copyCrc32c b<a',
    ],
    [
      'a copy to two places of which none is read',
      (o) => {
        o.dualcast([s, t], a);
        o.copy(b, s);
      },
      'copy b<a',
    ],
    [
      'a copy with its CRC, of which the copy feeds another',
      (o) => {
        o.copyCrc32c(s, a);
        o.copy(b, s);
      },
      'copyCrc32c b<a',
    ],
    ['a copy with its CRC that nobody reads', (o) => o.copyCrc32c(s, a), 'crc32c <a'],
    [
      'what is read from the original before that is written',
      (o) => {
        o.copy(s, a);
        o.copy(b, s);
        o.fill(a, 1);
      },
      'copy b<a | fill a',
    ],
    [
      'a fill that nobody reads',
      (o) => {
        o.fill(s, 1);
        o.fill(a, 1);
      },
      'fill a',
    ],
    [
      'what is written over before it is read',
      (o) => {
        o.fill(part(s, 8, 8), 1);
        o.fill(s, 2);
        o.comparePattern(s, 2);
      },
      'fill s | comparePattern <s',
    ],
    [
      'what is made, and then copied',
      (o) => {
        o.fill(s, 1);
        o.copy(b, s);
      },
      'fill b',
    ],
    [
      'what is made, read, and then copied, and read',
      (o) => {
        o.dif.insert(sField, aBlock, {});
        o.dif.check(sField, {});
        o.fill(c, 1);
        o.copy(bField, sField);
      },
      // Whether the copy is made depends on the check.
      'difInsert s[0+520]<a[0+512] | difCheck <s[0+520] | copy b[0+520]<s[0+520] fill c',
    ],
    [
      'what is made, with its CRC, and then copied twice',
      (o) => {
        o.dif.insert(sField, aBlock, {});
        o.crc32c(sField);
        o.copy(bField, sField);
        o.copy(part(c, 0, 520), sField);
      },
      'difInsert b[0+520]<a[0+512] | copyCrc32c c[0+520]<b[0+520]',
    ],
    [
      'a copy of what was written since',
      (o) => {
        o.copy(s, a);
        o.fill(a, 1);
        o.copy(b, s);
      },
      'copy b<a | fill a',
    ],
    [
      'a copy with its CRC, whose source was written since',
      (o) => {
        o.copyCrc32c(s, a);
        o.fill(a, 1);
        o.copy(b, s);
      },
      'copyCrc32c b<a | fill a',
    ],
    [
      'a CRC before the copy',
      (o) => {
        o.crc32c(a, { seed: 7 });
        o.copy(b, a);
      },
      'copyCrc32c b<a',
    ],
    [
      'a CRC of the copy',
      (o) => {
        o.move(b, a);
        o.nop();
        o.crc32c(b, { reflectData: false });
      },
      'copyCrc32c b<a nop ',
    ],
    [
      'two CRCs and two copies',
      (o) => {
        o.crc32c(a);
        o.copy(b, a);
        o.crc32c(a, { seed: 1 });
        o.copy(c, a);
      },
      'copyCrc32c b<a copyCrc32c c<a',
    ],
    [
      'moves within scratch memory that overlap',
      (o) => {
        o.copy(s, a);
        o.move(part(s, 0, HALF), part(s, 8, HALF));
        o.copy(part(b, 0, HALF), part(s, 0, HALF));
        o.fill(s, 1);
        o.move(part(s, 0, HALF), part(s, 8, HALF));
        o.copy(part(c, 0, HALF), part(s, 0, HALF));
      },
      `copy b[0+${HALF}]<a[8+${HALF}] fill s | move c[0+${HALF}]<s[8+${HALF}]`,
    ],
    [
      'options that are the same',
      (o) => {
        o.copy(s, a, { cache: 'llc' });
        o.crc32c(s, { cache: 'llc' });
        o.copy(b, s, { cache: 'llc' });
      },
      'copyCrc32c b<a',
    ],
  ])('%s', (_rule, program, text) => {
    const outcome = planned(program);
    expect(outcome.text).toBe(text);
    const steps = outcome.groups.flat();
    expect(steps.map(({ index }) => index).sort((x, y) => x - y)).toEqual([...steps.keys()]);
    expect(outcome.elided).toBe(steps.filter((step) => step.doer !== step).length);
  });
});

describe('what stays', () => {
  rows([
    [
      'copies in memory of the user',
      (o) => {
        o.copy(b, a);
        o.copy(c, b);
      },
      'copy b<a | copy c<b',
    ],
    [
      'scratch memory that is changed in part before it is read',
      (o) => {
        o.copy(s, a);
        o.fill(part(s, 8, 8), 1);
        o.copy(b, s);
      },
      'copy s<a | fill s[8+8] | copy b<s',
    ],
    [
      'scratch memory to which a delta is applied',
      (o) => {
        o.copy(s, a);
        o.applyDelta(s, part(c, 0, 20));
        o.copy(b, s);
      },
      'copy s<a | applyDelta s<c[0+20] | copy b<s',
    ],
    [
      'a read that reaches beyond the copy',
      (o) => {
        o.copy(part(s, 0, HALF), part(a, 0, HALF));
        o.copy(part(b, 0, HALF), part(s, 8, HALF));
      },
      `copy s[0+${HALF}]<a[0+${HALF}] | copy b[0+${HALF}]<s[8+${HALF}]`,
    ],
    [
      'two halves that are read as one',
      (o) => {
        o.copy(part(s, 0, HALF), part(a, 0, HALF));
        o.copy(part(s, HALF, HALF), part(b, 0, HALF));
        o.crc32c(s);
      },
      `copy s[0+${HALF}]<a[0+${HALF}] copy s[${HALF}+${HALF}]<b[0+${HALF}] | crc32c <s`,
    ],
    [
      'a part of a copy whose original was written since',
      (o) => {
        o.copy(s, a);
        o.fill(part(a, 100, 1), 1);
        o.crc32c(part(s, 100, 8));
      },
      'copy s<a | crc32c <s[100+8] fill a[100+1]',
    ],
    [
      'a copy back to where it came from',
      (o) => {
        o.copy(s, a);
        o.copy(a, s);
      },
      'copy s<a | copy a<s',
    ],
    [
      'a copy that would overlap its original',
      (o) => {
        o.copy(part(s, 0, HALF), part(a, 0, HALF));
        o.copy(part(a, 8, HALF), part(s, 0, HALF));
      },
      `copy s[0+${HALF}]<a[0+${HALF}] | copy a[8+${HALF}]<s[0+${HALF}]`,
    ],
    [
      'a move within scratch memory that overlaps',
      (o) => {
        o.fill(s, 1);
        o.move(part(s, 0, HALF), part(s, 8, HALF));
        o.copy(part(b, 0, HALF), part(s, 0, HALF));
        o.crc32c(s);
      },
      `fill s | move s[0+${HALF}]<s[8+${HALF}] | copy b[0+${HALF}]<s[0+${HALF}] crc32c <s`,
    ],
    [
      'a delta of what is not aligned',
      (o) => {
        o.copy(part(s, 0, 64), part(a, 1, 64));
        o.createDelta(part(s, 0, 64), part(b, 0, 64), part(c, 0, 80));
      },
      'copy s[0+64]<a[1+64] | createDelta c[0+80]<s[0+64],b[0+64]',
    ],
    [
      'a delta whose record would overlap what it reads',
      (o) => {
        o.copy(part(s, 0, 64), part(a, 0, 64));
        o.createDelta(part(s, 0, 64), part(b, 0, 64), part(a, 0, 80));
      },
      'copy s[0+64]<a[0+64] | createDelta a[0+80]<s[0+64],b[0+64]',
    ],
    [
      'what is flushed',
      (o) => {
        o.copy(s, a);
        o.flush(s);
      },
      'copy s<a | flush s',
    ],
    [
      'what a record leaves as it is',
      (o) => {
        o.fill(part(s, 0, 80), 1);
        o.createDelta(part(a, 0, 64), part(b, 0, 64), part(s, 0, 80));
        o.copy(part(c, 0, 80), part(s, 0, 80));
      },
      'fill s[0+80] | createDelta s[0+80]<a[0+64],b[0+64] | copy c[0+80]<s[0+80]',
    ],
    [
      'a copy that is read later, in part',
      (o) => {
        o.fill(s, 1);
        o.fill(part(s, 8, 8), 2);
        o.comparePattern(part(s, 0, 9), 1);
      },
      'fill s | fill s[8+8] | comparePattern <s[0+9]',
    ],
    [
      'what lies in scratch memory in part only',
      (o) => {
        o.fill(Buffer.from(s.buffer, s.byteOffset - 8, 16), 1);
      },
      'fill ?',
    ],
    [
      'what is made and copied to memory that is read in between',
      (o) => {
        o.fill(s, 1);
        o.crc32c(part(b, 0, 1));
        o.copy(b, s);
      },
      'crc32c <b[0+1] fill s | copy b<s',
    ],
    [
      'what is made and copied to memory of which a part is written in between',
      (o) => {
        o.fill(s, 1);
        o.fill(part(b, 0, 1), 2);
        o.copy(b, s);
      },
      'fill b[0+1] fill s | copy b<s',
    ],
    [
      'what is made and copied to memory that is written in between',
      (o) => {
        o.fill(s, 1);
        o.fill(part(b, 0, 1), 2);
        o.copy(b, s);
        o.crc32c(s);
      },
      'fill b[0+1] fill s | copyCrc32c b<s',
    ],
    [
      'what is made and read once its copy is written over',
      (o) => {
        o.fill(s, 1);
        o.copy(b, s);
        o.fill(part(b, 0, 1), 2);
        o.crc32c(s);
      },
      'fill s | copyCrc32c b<s | fill b[0+1]',
    ],
    [
      'what is made, copied and changed in part',
      (o) => {
        o.fill(s, 1);
        o.copy(b, s);
        o.fill(part(s, 0, 1), 2);
        o.crc32c(s);
      },
      'fill s | copy b<s | fill s[0+1] | crc32c <s',
    ],
    [
      'what is made of what the copy goes to',
      (o) => {
        o.copyCrc32c(s, a);
        o.copy(a, s);
      },
      'copyCrc32c s<a | copy a<s',
    ],
    [
      'what is made and copied in part',
      (o) => {
        o.fill(s, 1);
        o.copy(part(b, 0, 8), part(s, 0, 8));
      },
      'fill s | copy b[0+8]<s[0+8]',
    ],
    [
      'what may come to a bad field half way',
      (o) => {
        o.dif.strip(part(s, 0, 512), bField, {});
        o.copy(part(c, 0, 512), part(s, 0, 512));
      },
      'difStrip s[0+512]<b[0+520] | copy c[0+512]<s[0+512]',
    ],
    [
      'what is copied only if an expectation is met',
      (o) => {
        o.fill(s, 1);
        o.compare(a, c, { expect: 'equal' });
        o.copy(b, s);
      },
      'compare <a,c fill s | copy b<s',
    ],
    [
      'a CRC and a copy with an expectation in between',
      (o) => {
        o.crc32c(a);
        o.comparePattern(c, 1, { expect: 'equal' });
        o.copy(b, a);
      },
      'comparePattern <c crc32c <a | copy b<a',
    ],
    [
      'a CRC before the bytes are copied, which change in between',
      (o) => {
        o.crc32c(a);
        o.fill(part(a, 5, 1), 1);
        o.copy(b, a);
      },
      'crc32c <a | fill a[5+1] | copy b<a',
    ],
    [
      'a CRC of a copy that has changed',
      (o) => {
        o.copy(b, a);
        o.fill(part(b, 5, 1), 1);
        o.crc32c(b);
      },
      'copy b<a | fill b[5+1] | crc32c <b',
    ],
    [
      'a CRC of what is about to be copied to',
      (o) => {
        o.crc32c(b);
        o.copy(b, a);
      },
      'crc32c <b | copy b<a',
    ],
    [
      'a CRC of a part of what is copied',
      (o) => {
        o.copy(b, a);
        o.crc32c(part(a, 0, 8));
      },
      'copy b<a crc32c <a[0+8]',
    ],
    [
      'a CRC and a move that overlaps',
      (o) => {
        o.move(part(a, 0, HALF), part(a, 8, HALF));
        o.crc32c(part(a, 0, HALF));
      },
      `move a[0+${HALF}]<a[8+${HALF}] | crc32c <a[0+${HALF}]`,
    ],
    [
      'a second CRC of one copy',
      (o) => {
        o.copy(b, a);
        o.crc32c(a);
        o.crc32c(b);
      },
      'copyCrc32c b<a | crc32c <b',
    ],
    [
      'options that differ',
      (o) => {
        o.copy(s, a, { cache: 'llc' });
        o.crc32c(s);
        o.fill(t, 1);
        o.copy(b, t, { cache: 'memory' });
      },
      'copy s<a fill t | copy b<t crc32c <s',
    ],
    [
      'steps with signals of their own',
      (o) => {
        const { signal } = new AbortController();
        o.copy(s, a, { signal });
        o.copy(b, s, { signal });
        o.fill(s, 1, { signal });
      },
      'copy s<a | copy b<s | fill s',
    ],
    [
      'zero bytes',
      (o) => {
        o.copy(part(s, 0, 0), part(a, 0, 0));
        o.crc32c(part(a, 0, 0));
      },
      'copy s[0+0]<a[0+0] crc32c <a[0+0]',
    ],
  ])('%s', (_rule, program, text) => {
    expect(planned(program).text).toBe(text);
  });

  test('what the engine lacks is not made of what it has', () => {
    const program: Program = (o) => {
      o.copyCrc32c(t, c);
      o.dualcast([s, b], a);
      o.crc32c(a);
    };
    expect(planned(program).text).toBe('copyCrc32c b<a crc32c <c');
    const able = operationNames.filter((name) => !['copy', 'copyCrc32c', 'crc32c'].includes(name));
    expect(planned(program, able).text).toBe('copyCrc32c t<c crc32c <a dualcast s,b<a');
  });
});

describe('groups', () => {
  rows([
    [
      'steps that have nothing to do with each other are side by side',
      (o) => {
        o.fill(a, 1);
        o.crc32c(b);
        o.compare(b, c);
        o.nop();
      },
      'compare <b,c crc32c <b fill a nop ',
    ],
    [
      'chains are side by side',
      (o) => {
        o.fill(a, 1);
        o.compare(a, a);
        o.fill(b, 1);
        o.compare(b, b);
      },
      'fill a fill b | compare <a,a compare <b,b',
    ],
    [
      'write after read, and write after write',
      (o) => {
        o.compare(a, b);
        o.fill(part(a, 0, 8), 1);
        o.fill(a, 2);
      },
      'compare <a,b | fill a[0+8] | fill a',
    ],
    [
      'what may end the sequence stands between what is before and behind it',
      (o) => {
        o.fill(a, 1);
        o.compare(a, a);
        o.comparePattern(b, 0, { expect: 'equal' });
        o.fill(c, 1);
      },
      'fill a | compare <a,a comparePattern <b | fill c',
    ],
  ])('%s', (_rule, program, text) => {
    expect(planned(program).text).toBe(text);
  });

  test('a step that nobody need do has a place, behind what may end the sequence', () => {
    const { groups } = planned((o) => {
      o.comparePattern(b, 0, { expect: 'equal' });
      o.fill(s, 1);
      o.fill(a, 1);
    });
    expect(groups.map((group) => group.map(({ index }) => index))).toEqual([[0], [1, 2]]);
  });

  test('long sequences are planned in stretches, between which scratch memory is kept', () => {
    const steps = 1000;
    const { groups, elided } = planned((o) => {
      for (let step = 0; step < steps; step += 2) {
        o.copy(s, a);
        o.copy(b, s);
      }
    });
    expect(groups.flat()).toHaveLength(steps);
    // At the end of a stretch the copy is made, since the memory is used in the next.
    expect(elided).toBe(steps / 2 - 7);
    const across = planned((o) => {
      o.fill(s, 1);
      o.copy(c, s);
      o.fill(t, 1);
      o.copy(b, t);
      for (let step = 0; step < steps; step++) o.nop();
      o.comparePattern(s, 1);
    });
    expect(across.elided).toBe(1);
    const many = planned((o) => {
      for (let step = 0; step < 20_000; step++) o.fill(part(b, step % SIZE, 1), 1);
    });
    expect(many.groups.flat()).toHaveLength(20_000);
  });

  test('two steps each of which may end the sequence', () => {
    const { text } = planned((o) => {
      o.comparePattern(b, 0, { expect: 'equal' });
      o.comparePattern(c, 0, { expect: 'equal' });
      o.nop();
    });
    expect(text).toBe('comparePattern <b | comparePattern <c | nop ');
  });
});
