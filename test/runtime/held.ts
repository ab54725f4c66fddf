/** How many timers or immediates, or both, keep this process alive. */
export const holds = (...kinds: readonly ('Timeout' | 'Immediate')[]): number =>
  process.getActiveResourcesInfo().filter((name) => kinds.some((kind) => kind === name)).length;

/** How many more of both there are by this, while nothing else runs. */
export const held = (act: () => void): number => {
  const before = holds('Timeout', 'Immediate');
  act();
  return holds('Timeout', 'Immediate') - before;
};
