import fc from 'fast-check';

/** A tree of futures as plain data: what to build, and enough to foretell how it ends. */
export type Tree =
  | { is: 'value' | 'error' | 'bad job' }
  | { is: 'task'; polls: number; ends: Ending; says: Saying }
  | { is: 'promise'; turns: number; fails: boolean }
  | { is: 'job'; mover: MoverName; bytes: number; eager: boolean }
  | { is: 'chain'; lazy: boolean; first: Tree; join: 'all' | 'race'; branches: Step[][] }
  | { is: 'entries'; entries: EntryTree[] }
  | { is: 'all' | 'race'; parts: Tree[] }
  | { is: 'loop'; body: Tree; turns: number };

/** How a task ends after its polls; `later`: in the event loop, without being polled. */
export type Ending = 'resolve' | 'reject' | 'throw' | 'later';

/** How a task tells its poller that it is time: `inside`: it wakes while it is polled. */
export type Saying = 'nothing' | 'wake' | 'soon' | 'inside' | 'slot';

export type MoverName = 'sync' | 'waker' | 'poller' | 'open';

export type Step =
  | { on: 'next' | 'recover'; gives: 'value' | 'throw' | 'promise' | 'rejection' | Tree }
  | { on: 'tap' | 'lastly'; throws: boolean };

export interface EntryTree {
  from: 'future' | 'init' | 'nothing';
  tree: Tree;
  map: 'none' | 'note' | 'throw' | 'skip';
  /** How often it is run again. */
  again: number;
}

/** Objects that are printed as they are written. */
export const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true }) as fc.Arbitrary<T>;

export const bytesOfJobs = [0, 64, 64 * 1024];

/**
 * Random trees.
 *
 * @param loop - whether there may be some that need the event loop
 */
export function trees(loop: boolean): fc.Arbitrary<Tree> {
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => {
    const node = tie('tree');
    const endings: Ending[] = ['resolve', 'resolve', 'reject', 'throw'];
    const task = record({
      is: fc.constant('task' as const),
      polls: fc.nat(3),
      ends: fc.constantFrom(...endings, ...(loop ? ['later' as const] : [])),
      says: fc.constantFrom<Saying>('nothing', 'wake', 'soon', 'inside', 'slot'),
    });
    const promise = record({
      is: fc.constant('promise' as const),
      turns: fc.nat(3),
      fails: fc.boolean(),
    });
    const job = record({
      is: fc.constant('job' as const),
      mover: fc.constantFrom<MoverName>('sync', 'waker', 'poller', 'open'),
      bytes: fc.constantFrom(...bytesOfJobs),
      eager: fc.boolean(),
    });
    const settled = record({ is: fc.constantFrom('value', 'error', 'bad job') });
    const gives = fc.oneof(
      fc.constantFrom('value', 'throw', ...(loop ? (['promise', 'rejection'] as const) : [])),
      node,
    );
    const step = fc.oneof(
      record({ on: fc.constantFrom('next', 'next', 'recover'), gives }),
      record({ on: fc.constantFrom('tap', 'lastly'), throws: oneIn(8) }),
    );
    const chain = record({
      is: fc.constant('chain' as const),
      lazy: fc.boolean(),
      first: node,
      join: fc.constantFrom('all', 'race'),
      branches: fc.array(fc.array(step, { maxLength: 4 }), { minLength: 1, maxLength: 2 }),
    });
    const entry = record({
      from: fc.constantFrom('init', 'future', 'nothing'),
      tree: node,
      map: fc.constantFrom('none', 'note', 'note', 'skip', 'throw'),
      again: fc.constantFrom(0, 0, 1, 2),
    });
    const entries = record({
      is: fc.constant('entries' as const),
      entries: fc.array(entry, { maxLength: 4 }),
    });
    const side = record({
      is: fc.constantFrom('all', 'race'),
      parts: fc.array(node, { maxLength: 4 }),
    });
    const turns = fc.integer({ min: 1, max: 3 });
    const loops = record({ is: fc.constant('loop' as const), body: node, turns });
    const leaves = [task, job, settled, ...(loop ? [promise] : [])];
    return {
      tree: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.oneof(...(leaves as fc.Arbitrary<Tree>[])),
        ...([chain, chain, entries, side, loops] as fc.Arbitrary<Tree>[]),
      ),
    };
  });
  return tree;
}

const oneIn = (count: number): fc.Arbitrary<boolean> => fc.nat(count - 1).map((n) => n === 0);

/** Where the parts of a node stand: `2.0~1.3:` is what step 3 of branch 1 gives. */
export const places = {
  part: (at: string, index: number): string => `${at}.${index}`,
  link: (at: string, branch: number, step: number): string => `${at}~${branch}.${step}`,
  given: (link: string): string => `${link}:`,
};

/** What is known of the world beside the tree. */
export interface Facts {
  /** Outputs of jobs by bytes, and messages: of one with bad arguments, of a race of nobody. */
  readonly sums: ReadonlyMap<number, number>;
  readonly badJob: string;
  readonly emptyRace: string;
  /** The reasons by which the node at this place may have been cancelled. */
  readonly reasons: (at: string) => readonly string[];
}

/** All the ways in which a tree may end: `+output` or `-message of the error`. */
export function endings(tree: Tree, at: string, facts: Facts): readonly string[] {
  return distinct([...endingsOf(tree, at, facts), ...cuts(at, facts)]);
}

const distinct = (all: readonly string[]): string[] => [...new Set(all)];
const cuts = (at: string, facts: Facts): string[] => facts.reasons(at).map((text) => `-${text}`);
const isGood = (ending: string): boolean => ending.startsWith('+');

function endingsOf(tree: Tree, at: string, facts: Facts): readonly string[] {
  const partsOf = (parts: readonly Tree[]): (readonly string[])[] =>
    parts.map((part, index) => endings(part, places.part(at, index), facts));
  switch (tree.is) {
    case 'value':
      return [`+${at}`];
    case 'error':
      return [`-${at}`];
    case 'bad job':
      return [`-${facts.badJob}`];
    case 'job':
      return [`+${facts.sums.get(tree.bytes)!}`];
    case 'task':
      return [tree.ends === 'resolve' || tree.ends === 'later' ? `+${at}` : `-${at}`];
    case 'promise':
      return [tree.fails ? `-${at}` : `+${at}`];
    case 'all':
      return joined(partsOf(tree.parts));
    case 'race':
      return tree.parts.length === 0
        ? [`-${facts.emptyRace}`]
        : distinct(partsOf(tree.parts).flat());
    case 'chain': {
      const first = distinct([
        ...endings(tree.first, places.part(at, 0), facts),
        ...cuts(at, facts),
      ]);
      const sets = tree.branches.map((steps, branch) =>
        steps.reduce<readonly string[]>(
          (before, step, index) => after(before, step, places.link(at, branch, index), facts),
          first,
        ),
      );
      if (sets.length === 1) return sets[0]!;
      return tree.join === 'all' ? joined(sets) : distinct(sets.flat());
    }
    case 'entries':
      return endingsOfEntries(tree.entries, at, facts);
    case 'loop':
      return endings(tree.body, places.part(at, 0), facts);
  }
}

/** How a chain may stand behind a step, by how it stood before. */
function after(
  before: readonly string[],
  step: Step,
  link: string,
  facts: Facts,
): readonly string[] {
  const ways = before.flatMap((ending) => {
    if (step.on !== 'lastly' && isGood(ending) === (step.on === 'recover')) return [ending];
    if (!('gives' in step)) return step.throws ? [`-${link}`] : [ending];
    switch (step.gives) {
      case 'value':
      case 'promise':
        return [`+${given(ending.slice(1), link)}`];
      case 'throw':
      case 'rejection':
        return [`-${link}`];
      default:
        return endings(step.gives, places.given(link), facts);
    }
  });
  return distinct([...ways, ...cuts(link, facts)]);
}

/** The value that a step makes from what came before. */
export const given = (before: string, link: string): string => `${before}>${link}`;

function joined(sets: readonly (readonly string[])[]): readonly string[] {
  const combinations = sets.reduce<string[][]>(
    (rows, set) => rows.flatMap((row) => set.map((ending) => [...row, ending])),
    [[]],
  );
  return distinct(
    combinations.map(
      (row) =>
        row.find((ending) => !isGood(ending)) ?? `+[${row.map((e) => e.slice(1)).join(',')}]`,
    ),
  );
}

/** Entries see the outputs one after the other: the way so far, or the error that ended it. */
function endingsOfEntries(entries: readonly EntryTree[], at: string, facts: Facts): string[] {
  let ways = ['+'];
  for (const [index, entry] of entries.entries()) {
    const skipped = entries[index - 1]?.map === 'skip';
    const place = places.part(at, index);
    const ran = entry.from === 'nothing' ? ['+none'] : endings(entry.tree, place, facts);
    for (let run = 0; run <= timesAgain(entry); run++) {
      const outcomes = skipped && run === 0 ? ['+none'] : ran;
      ways = ways.flatMap((way) =>
        isGood(way) ? outcomes.map((o) => noted(way, o, entry)) : [way],
      );
    }
    if (entry.map === 'throw') ways = ways.map((way) => (isGood(way) ? `-${place}` : way));
  }
  return distinct(ways.map((way) => (isGood(way) ? `+[${way.slice(1)}]` : way)));
}

function noted(way: string, outcome: string, { map }: EntryTree): string {
  if (!isGood(outcome)) return outcome;
  if (map === 'none' || map === 'throw') return way;
  return way === '+' ? outcome : `${way},${outcome.slice(1)}`;
}

/** Only what is made by `init` can run again, and only a map can say so. */
export const timesAgain = ({ from, map, again }: EntryTree): number =>
  from === 'future' || map === 'none' || map === 'throw' ? 0 : again;
