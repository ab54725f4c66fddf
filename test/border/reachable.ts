import { types } from 'node:util';

export interface Finding {
  readonly path: string;
  readonly value: unknown;
}

/** What collections hold; of what is no collection: nothing. */
function contents(value: object): unknown[] {
  if (types.isMap(value)) return [...value].flat();
  if (types.isSet(value)) return [...value];
  return [];
}

/** Everything that can be reached from `root` by properties, prototypes, accessors and collections. */
export function reachable(root: unknown, name: string): Finding[] {
  const seen = new Set<unknown>();
  const findings: Finding[] = [];
  const visit = (value: unknown, path: string, depth: number): void => {
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
    findings.push({ path, value });
    if (!isObject || seen.has(value) || depth > 8) return;
    seen.add(value);
    if (ArrayBuffer.isView(value)) return;
    for (const key of Reflect.ownKeys(value)) {
      const property = Object.getOwnPropertyDescriptor(value, key)!;
      const at = `${path}.${String(key)}`;
      if ('value' in property) visit(property.value, at, depth + 1);
      for (const receiver of property.get ? [value, root] : []) {
        try {
          visit(property.get!.call(receiver), at, depth + 1);
        } catch {
          // An accessor of something else.
        }
      }
    }
    for (const item of contents(value)) visit(item, `${path}.[[Content]]`, depth + 1);
    visit(Object.getPrototypeOf(value), `${path}.[[Prototype]]`, depth + 1);
  };
  visit(root, name, 0);
  return findings;
}
