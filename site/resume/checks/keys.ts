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
      message: `"${pathText(path)}" is not in the JSON Resume schema; the page does not show it`,
      hint: meant ? `Did you mean "${meant}"?` : undefined,
      path,
      atKey: true,
    });
  });
  return problems;
}

type Visit = (path: Path, known: string[]) => void;

function walk(value: unknown, schema: SchemaNode | undefined, path: Path, visit: Visit): void {
  for (const [key, child] of childrenOf(value)) {
    if (typeof key === 'number') walk(child, schema?.items, [...path, key], visit);
    else if (schema?.properties && Object.hasOwn(schema.properties, key)) {
      if (path.length || key !== 'meta') walk(child, schema.properties[key], [...path, key], visit);
    } else if (schema?.properties && isObject(value)) {
      visit([...path, key], Object.keys(schema.properties));
    }
  }
}
