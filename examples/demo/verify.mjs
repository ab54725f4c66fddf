import { pieces, sha256 } from './facts.mjs';

/** What is wrong with the results of one round; nothing when all is as it must be. */
export function problemsOf(operation, side, { buffers, facts, results }) {
  const answer = operation.answers?.[side](facts);
  return [
    ...results.map((result) => answerProblem(result, answer)),
    contentsProblem('first target', buffers.first, facts.contents[operation.leaves]),
    contentsProblem('second target', buffers.second, facts.contents[operation.leaves]),
  ].filter((problem) => problem !== undefined);
}

function answerProblem(result, answer) {
  if (result instanceof Error) return result.message;
  if (answer === undefined || result === answer) return undefined;
  return `answered ${result} in place of ${answer}`;
}

function contentsProblem(what, buffer, { tile, digest }) {
  for (const { offset, length } of pieces(buffer.length, tile)) {
    if (!buffer.subarray(offset, offset + length).equals(tile.subarray(0, length))) {
      return `the ${what} holds other bytes than it must`;
    }
  }
  return sha256(buffer.length, buffer) === digest ? undefined : `the ${what} has another SHA-256`;
}
