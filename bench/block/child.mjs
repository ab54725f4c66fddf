// Measures one subject beside the peer, in a process of its own: prints what was found as a line of JSON.
import process from 'node:process';
import { compare, DEPTHS, idleLateness, paces } from './load.mjs';
import { PEER, prepare, subjects } from './subjects.mjs';

const [name, directory, pace] = process.argv.slice(2);
const [ours, peer] = [await prepare(name, directory), await prepare(PEER, `${directory}/peer`)];
const idleLateP99 = await idleLateness(paces[pace]);
const found = [];
for (const direction of subjects[name].directions ?? ['write', 'read']) {
  for (const depth of DEPTHS) {
    const row = await compare(ours[direction], peer[direction], depth, paces[pace]);
    found.push({ direction, depth, ...row });
  }
}
console.log(JSON.stringify(found.map((row) => ({ ...row, idleLateP99 }))));
process.exit();
