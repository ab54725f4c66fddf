const { TestEnvironment } = require('jest-environment-node');

const mutated = () => process.env.__STRYKER_ACTIVE_MUTANT__ !== undefined;

/** Without a mutant they would only take time, and with one they are not asked: what they reach is not known. */
const hasProcess = ({ fn }) => /\bchild_\d+\./.test(String(fn));

/**
 * Leaves out tests with processes of their own. With a mutant, ends at the first test that fails, and
 * waits for none that hangs.
 */
module.exports = class extends TestEnvironment {
  #failed = false;

  async handleTestEvent(event, state) {
    await super.handleTestEvent?.(event, state);
    if (event.name === 'test_start' && hasProcess(event.test)) event.test.mode = 'skip';
    if (!mutated()) return;
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') this.#failed = true;
    if (event.name !== 'test_start') return;
    if (this.#failed) event.test.mode = 'skip';
    event.test.timeout = Math.min(event.test.timeout ?? Infinity, 2_000);
  }
};
