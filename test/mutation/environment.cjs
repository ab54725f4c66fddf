const { TestEnvironment } = require('jest-environment-node');

const mutated = () => process.env.__STRYKER_ACTIVE_MUTANT__ !== undefined;

/**
 * Leaves out tests that want a process of their own. With a mutant, ends at the first test that fails,
 * and waits for none that hangs.
 */
module.exports = class extends TestEnvironment {
  #failed = false;

  async handleTestEvent(event, state) {
    await super.handleTestEvent?.(event, state);
    if (event.name === 'test_fn_failure' && /left out/.test(event.error?.message)) {
      event.test.errors = [];
      return;
    }
    if (!mutated()) return;
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') this.#failed = true;
    if (event.name !== 'test_start') return;
    if (this.#failed) event.test.mode = 'skip';
    event.test.timeout = Math.min(event.test.timeout ?? Infinity, 2_000);
  }
};
