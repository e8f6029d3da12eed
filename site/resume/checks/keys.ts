/** Finds keys that are not in the schema: usually misspelt, so their content would silently be missing. */
import { childrenOf, isObject, pathText, type Path } from '../../../shared/path.ts';
import { suggest } from '../../../shared/suggest.ts';
import type { Problem } from '../../../shared/problem.ts';
import { OFFICIAL_SCHEMA } from './schema.ts';

interface SchemaNode {
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
}

export function checkKeys(resume: unknown): Problem[] {
  const problems: Problem[] = [];
  walk(resume, OFFICIAL_SCHEMA, [], (path, known) => {
    const key = String(path.at(-1));
    if (key.startsWith('x-')) return;
    const meant = suggest(key, known);
    problems.push({
      severity: 'warning',
      message: `"${pathText(path)}" is not in the JSON Resume schema; it is not shown and not published`,
      hint: meant ? `Did you mean "${meant}"?` : undefined,
      path,
      atKey: true,
    });
  });
  return problems;
}

/** A copy without keys that are not in the schema. `meta` is kept as it is. */
export function withoutUnknownKeys<T>(resume: T): T {
  const copy = structuredClone(resume);
  walk(copy, OFFICIAL_SCHEMA, [], (_path, _known, parent, key) => delete parent[key]);
  return copy;
}

type Visit = (path: Path, known: string[], parent: Record<string, unknown>, key: string) => void;

function walk(value: unknown, schema: SchemaNode | undefined, path: Path, visit: Visit): void {
  for (const [key, child] of childrenOf(value)) {
    if (typeof key === 'number') walk(child, schema?.items, [...path, key], visit);
    else if (schema?.properties?.[key]) {
      if (path.length || key !== 'meta') walk(child, schema.properties[key], [...path, key], visit);
    } else if (schema?.properties && isObject(value)) {
      visit([...path, key], Object.keys(schema.properties), value, key);
    }
  }
}
