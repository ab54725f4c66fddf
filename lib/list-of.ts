/** `length` values. (`Array.from({ length })` would look for them on Object.prototype, too.) */
export function listOf<T>(length: number, make: (index: number) => T): T[] {
  const list: T[] = [];
  for (let index = 0; index < length; index++) list.push(make(index));
  return list;
}
