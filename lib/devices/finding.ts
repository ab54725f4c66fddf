/** What one check found. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'error';
  /** What was looked at, and how it is. */
  readonly what: string;
  /** What that means. */
  readonly meaning?: string;
  /** What to type. */
  readonly remedy?: string;
}

export const ok = (what: string, meaning?: string): Finding => ({
  level: 'ok',
  what,
  ...(meaning === undefined ? {} : { meaning }),
});

export const warn = (what: string, meaning: string, remedy?: string): Finding => ({
  level: 'warn',
  what,
  meaning,
  ...(remedy === undefined ? {} : { remedy }),
});

export const bad = (what: string, meaning: string, remedy?: string): Finding => ({
  ...warn(what, meaning, remedy),
  level: 'error',
});
