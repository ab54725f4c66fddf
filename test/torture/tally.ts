/** What must not happen. */
export const evils = ['lost', 'duplicated', 'wrong', 'leaked'] as const;

export type Evil = (typeof evils)[number];

/** What an operation, or what is left of it, was found to be. */
export interface Finding {
  readonly evil: Evil;
  readonly what: string;
}

/** What a campaign has done, survived and found. */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly findings: (Finding & { readonly round: number })[] = [];
  round = 0;
  /** How things stand: it is told of all that is lost. */
  scene: () => string = () => '';
  /** Bytes that stay in use, as an engine that gave no answer may still write them. */
  kept = 0;

  /** @param group - under which it is printed */
  add(group: string, name: string, count = 1): void {
    if (count === 0) return;
    const key = `${group}:${name}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
  }

  find(finding: Finding | undefined): void {
    if (finding === undefined) return;
    const { evil, what } = finding;
    const scene = evil === 'lost' ? this.scene() : '';
    this.findings.push({ evil, what: what + scene, round: this.round });
  }

  /** The counts of a group by their names. */
  group(group: string): Record<string, number> {
    const own = [...this.#counts].filter(([key]) => key.startsWith(`${group}:`));
    return Object.fromEntries(own.map(([key, count]) => [key.slice(group.length + 1), count]));
  }

  /** How often each evil was found. */
  get evils(): Record<Evil, number> {
    const count = (evil: Evil): number =>
      this.findings.filter((finding) => finding.evil === evil).length;
    return Object.fromEntries(evils.map((evil) => [evil, count(evil)])) as Record<Evil, number>;
  }
}
