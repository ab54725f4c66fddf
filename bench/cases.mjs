// Cases: a question, two subjects, a size and a depth each.
import { questions } from './questions.mjs';

const units = ['B', 'KiB', 'MiB', 'GiB'];

export function sizeText(bytes) {
  let unit = 0;
  for (; bytes >= 1024 && bytes % 1024 === 0; bytes /= 1024) unit++;
  return `${bytes} ${units[unit]}`;
}

function casesOf(question, pace) {
  const {
    name,
    operation,
    ours,
    peers,
    sizes,
    depths = [1],
    delay = false,
    cost = false,
    shared = false,
  } = question;
  const cases = [];
  for (const bytes of sizes)
    for (const depth of depths)
      for (const subject of ours)
        for (const peer of peers) {
          const place = [bytes > 0 && sizeText(bytes), depth > 1 && `x ${depth}`];
          const id = `${[name, ...place.filter(Boolean)].join(' ')}: ${subject} / ${peer}`;
          const memory = shared ? 'shared' : 'plain';
          cases.push({
            id,
            question: name,
            operation,
            bytes,
            depth,
            ours: subject,
            peer,
            memory,
            delay,
            cost,
            pace,
          });
        }
  return cases;
}

/** @param only - parts of names, of which one has to match; none: all */
export const isWanted = (id, only) => only.length === 0 || only.some((part) => id.includes(part));

/** The cases that are wanted: `only` as above. */
export function selectCases({ quick, only }) {
  const rows = quick
    ? questions.filter((row) => row.quick !== undefined).map((row) => ({ ...row, ...row.quick }))
    : questions;
  const all = rows.flatMap((row) => casesOf(row, quick ? 'quick' : 'full'));
  return all.filter(({ id }) => isWanted(id, only));
}
