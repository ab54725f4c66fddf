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
    sizes = [],
    depths = [1],
    places = sizes.flatMap((bytes) => depths.map((depth) => ({ bytes, depth, hot: false }))),
    delay = false,
    cost = false,
    shared = false,
  } = question;
  return places.flatMap(({ bytes, depth, hot }) => {
    const place = [bytes > 0 && sizeText(bytes), depth > 1 && `x ${depth}`, hot && 'hot'];
    const before = [name, ...place.filter(Boolean)].join(' ');
    return ours.flatMap((subject) =>
      peers.map((peer) => ({
        id: `${before}: ${subject} / ${peer}`,
        question: name,
        operation,
        bytes,
        depth,
        ours: subject,
        peer,
        memory: shared ? 'shared' : 'plain',
        hot,
        delay,
        cost,
        pace,
      })),
    );
  });
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
