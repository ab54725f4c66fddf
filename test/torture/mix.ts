/** One seed out of several numbers, never 0: neighbours give seeds that have nothing in common. */
export function mix(...numbers: readonly number[]): number {
  let mixed = 0x2545f491;
  for (const number of numbers) {
    mixed = Math.imul(mixed ^ number, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return mixed >>> 0 || 1;
}
