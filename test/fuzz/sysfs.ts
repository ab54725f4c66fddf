// Descriptions of devices as nobody should make them, one after the other:
//   node -r ./test/support/typescript.cjs test/fuzz/sysfs.ts [--seconds N] [--seed S] [--trees N]
// Each tree follows from its seed, which stands in build/fuzz/sysfs-seed while it is looked at.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkOpening, checkTree, HostileTree } from '../devices/hostile-tree';
import { Random } from '../support/random';

const directory = join(__dirname, '../../build/fuzz');
/** A tree that takes more of the CPU hangs, or nearly. */
const PATIENCE_US = 2_000_000;
/** Trees of which one is opened, too. */
const OPENED = 20;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(1 + (Date.now() % 2 ** 31)) },
      trees: { type: 'string', default: 'Infinity' },
    },
  });
  mkdirSync(directory, { recursive: true });
  // In memory where it can be: files are made and removed all the time.
  if (existsSync('/dev/shm')) process.env['TMPDIR'] = '/dev/shm';
  const end = Date.now() + Number(values.seconds) * 1000;
  const first = Number(values.seed);
  let seed = first;
  for (; Date.now() < end && seed < first + Number(values.trees); seed++) {
    writeFileSync(join(directory, 'sysfs-seed'), String(seed));
    const tree = new HostileTree(new Random(seed));
    Object.assign(process.env, tree.env);
    const begun = process.cpuUsage();
    try {
      checkTree(tree);
      if (seed % OPENED === 0) await checkOpening();
      const { user, system } = process.cpuUsage(begun);
      if (user + system > PATIENCE_US) throw new Error('it took too long');
    } catch (error) {
      console.error(`fuzz: sysfs --seed ${String(seed)} --trees 1`);
      throw error;
    } finally {
      tree.remove();
    }
  }
  console.log(`${String(seed - first)} trees from seed ${String(first)} on`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
