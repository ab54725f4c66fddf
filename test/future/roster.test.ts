import { Roster } from '../../lib/future/roster';
import { Random } from '../support/random';

test('what a Map would say, whatever comes and goes', () => {
  const random = new Random(5);
  const keys = Array.from({ length: 20 }, () => ({}));
  const roster = new Roster<object, number>();
  const map = new Map<object, number>();
  for (let step = 0; step < 3000; step++) {
    const key = keys[random.below(keys.length)]!;
    if (map.has(key)) {
      expect(roster.delete(key)).toBe(map.delete(key));
    } else {
      expect(roster.delete(key)).toBe(false);
      roster.add(key, step);
      map.set(key, step);
    }
    expect(roster.get(key)).toBe(map.get(key));
    expect(roster.size).toBe(map.size);
    expect(roster.values()).toEqual([...map.values()]);
  }
});
