import { childResult } from '../support/child';

// An eager failure is reported as an unhandled rejection, once, unless somebody looks at it in time.

/** By their names, how many rejections are reported of what each of them does. */
const reported = (cases: Readonly<Record<string, string>>): Promise<Record<string, number>> => {
  const looks = Object.entries(cases).map(([name, look]) => `'${name}': async () => {${look}}`);
  return childResult(`
    const { all, chain, chainOf, loop, moverFrom, race } = library;
    const own = moverFrom({
      name: 'own',
      capabilities: { operations: ['copy'] },
      create: () => { throw new Error('no'); },
      start: () => true,
      check: () => 1,
      finish() {},
    });
    let unhandled = 0;
    process.on('unhandledRejection', () => unhandled++);
    const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
    const caught = (future) => future.then(() => {}, () => {});
    const counts = {};
    const movers = { sync: syncMover(), threads: threadsMover({ threads: 1 }) };
    for (const [mover, m] of Object.entries(movers)) {
      // Refused; failing by its record; not failing.
      const bad = () => m.copy(Buffer.alloc(3), Buffer.alloc(4));
      const fails = () => m.applyDelta(Buffer.alloc(64), Buffer.alloc(20, 0xff));
      const good = () => m.copy(Buffer.alloc(4), Buffer.alloc(4));
      for (const [name, look] of Object.entries({ ${looks.join(',')} })) {
        unhandled = 0;
        await look();
        await turn();
        await turn();
        counts[mover + ': ' + name] = unhandled;
      }
    }
    console.log(JSON.stringify(counts));
    process.exit();
  `);
};

const each = (cases: Readonly<Record<string, string>>, count: number): Record<string, number> =>
  Object.fromEntries(
    ['sync', 'threads'].flatMap((mover) =>
      Object.keys(cases).map((name) => [`${mover}: ${name}`, count]),
    ),
  );

test('nobody looks', async () => {
  const cases = {
    refused: 'bad();',
    failing: 'fails();',
    'an engine of its own': 'own.copy(Buffer.alloc(4), Buffer.alloc(4));',
    'one of two is looked at': 'fails(); caught(fails());',
    'of a chain that is not polled': 'chain(fails());',
    'of a side by side that is not polled': 'all([fails(), good()]);',
    'nobody catches the side by side': 'void all([fails(), fails()]).promise();',
    'nobody catches the race': 'void race([fails(), fails()]).promise();',
    'a drain waits for it': 'fails(); await m.drain();',
  };
  expect(await reported(cases)).toEqual(each(cases, 1));
});

test('somebody looks', async () => {
  const cases = {
    'error is read': 'void bad().error;',
    'output is read': 'try { bad().output; } catch {}',
    'it is caught': 'caught(fails());',
    'all are caught, more than a turn looks at':
      'caught(all(Array.from({ length: 600 }, (_, index) => (index % 50 === 7 ? fails() : good()))));',
    'all are caught': 'caught(all([fails(), bad(), fails()]));',
    'the race is caught': 'caught(race([fails(), bad(), fails()]));',
    'the race is decided by another': 'caught(race([good(), fails(), bad()]));',
    'entries are caught': 'caught(chainOf({}, [{ future: fails() }, { future: fails() }]));',
    'a skipped entry':
      'caught(chainOf({}, [{ map: (_, next) => { next.state = 1; } }, { future: fails() }]));',
    'waited for on the spot':
      'try { Runtime.default.waitAllSync([fails(), bad(), fails()]); } catch {}',
    'waited for': 'await Runtime.default.waitAll([fails(), bad(), fails()]).catch(() => {});',
  };
  expect(await reported(cases)).toEqual(each(cases, 0));
});

test('who cancels need not look', async () => {
  const cases = {
    refused: 'bad().cancel();',
    failing: 'fails().cancel();',
    'disposed of': 'fails()[Symbol.dispose]();',
    'an engine of its own': 'own.copy(Buffer.alloc(4), Buffer.alloc(4)).cancel();',
    'within its time': 'm.copy(Buffer.alloc(3), Buffer.alloc(4), { timeoutMs: 99 }).cancel();',
    'side by side': 'const both = all([fails(), bad()]); both.cancel(); caught(both);',
    'side by side, nobody waits': 'all([fails(), bad()]).cancel();',
    'a race': 'race([fails(), bad()]).cancel();',
    'a chain': 'chain(fails()).next(() => 1).cancel();',
    'a chain disposed of': 'chain(bad()).lastly(() => {})[Symbol.dispose]();',
    entries: 'chainOf({}, [{ future: fails() }, { future: fails() }]).cancel();',
    'entries that have begun':
      'const chained = chainOf({}, [{ future: fails() }, { future: fails() }]); chained.poll(); chained.cancel(); caught(chained);',
    'a loop':
      'const turns = loop(() => fails(), () => true); turns.poll(); turns.cancel(); caught(turns);',
    'from within':
      'const turns = loop(() => { turns.cancel(); return fails(); }, () => true); turns.poll(); caught(turns);',
  };
  expect(await reported(cases)).toEqual(each(cases, 0));
});
