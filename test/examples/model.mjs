/**
 * What a map may hold, told the outcomes of operations in the order in which they completed: for
 * each key all values that are possible, undefined among them where it may be absent.
 */
export class Model {
  problems = [];
  #errors;
  #possible = new Map();

  /** @param errors - messages of those that operations may fail with */
  constructor(errors) {
    this.#errors = errors;
  }

  possible(key) {
    return this.#possible.get(key) ?? [undefined];
  }

  /** @param outcome - what the operation gave; an `error` where it was cancelled or failed */
  note({ kind, key, value }, { output, error }) {
    const before = this.possible(key);
    const { agree, after } =
      error === undefined
        ? succeeded(kind, before, value, output)
        : { agree: this.#errors.includes(error.message), after: failed(kind, before) };
    if (!agree) this.problems.push({ kind, key, value, output, error: error?.message, before });
    this.#possible.set(key, after);
  }
}

function succeeded(kind, before, value, output) {
  switch (kind) {
    case 'put':
      return { agree: before.some((held) => (held !== value) === output), after: [value] };
    case 'get':
      return { agree: before.includes(output), after: [output] };
    default:
      return { agree: before.some((held) => (held !== undefined) === output), after: [undefined] };
  }
}

/** It changed nothing or left the key out. */
const failed = (kind, before) => (kind === 'get' ? before : [...new Set([...before, undefined])]);
