const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

const mutated = () => process.env.__STRYKER_ACTIVE_MUTANT__ !== undefined;

/** So much longer than without a mutant may a test take with one, and so many milliseconds at least. */
const PATIENCE = 10;
const LEAST_MS = 2_000;

const nameOf = ({ name, parent }) => (parent ? `${nameOf(parent)} ${name}` : name);

/**
 * Leaves out tests that want a process of their own. Notes how long the others take without a mutant,
 * on a machine that is as busy as it is; with one, waits a while longer, and ends at the first that fails.
 */
module.exports = class extends TestEnvironment {
  #failed = false;
  #file;
  #times = {};

  constructor(config, context) {
    super(config, context);
    this.#file = join(config.projectConfig.rootDir, '.cache', 'mutation-times.json');
    if (mutated() && existsSync(this.#file)) this.#times = JSON.parse(readFileSync(this.#file));
  }

  async handleTestEvent(event, state) {
    await super.handleTestEvent?.(event, state);
    if (event.name === 'test_fn_failure' && /left out/.test(event.error?.message)) {
      event.test.errors = [];
      return;
    }
    if (mutated()) this.#judge(event);
    else if (event.name === 'test_done') this.#times[nameOf(event.test)] = event.test.duration;
  }

  async teardown() {
    if (!mutated()) {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(this.#file, JSON.stringify(this.#times));
    }
    await super.teardown();
  }

  #judge({ name, test }) {
    if (name === 'test_fn_failure' || name === 'hook_failure') this.#failed = true;
    if (name !== 'test_start') return;
    if (this.#failed) test.mode = 'skip';
    const patience = Math.max(LEAST_MS, PATIENCE * (this.#times[nameOf(test)] ?? 0));
    test.timeout = Math.min(test.timeout ?? Infinity, patience);
  }
};
