import { OFFICIAL_SCHEMA } from '../resume/checks/schema.ts';
import type { Resume } from '../resume/types.ts';

interface SchemaNode {
  type?: string;
  format?: string;
  $ref?: string;
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
}

/** Fields that the page does not show. */
const NO_CONTENT = new Set([
  '$schema',
  'meta.canonical',
  'meta.version',
  'meta.lastModified',
  'basics.image',
]);

export interface FilledResume {
  resume: Resume;
  /** Every value that must appear, by path. */
  values: Map<string, string>;
}

/** A résumé with every field of the official schema, each with a unique value. */
export function everyField(): FilledResume {
  const values = new Map<string, string>();
  let number = 0;

  const fill = (node: SchemaNode, path: string): unknown => {
    if (node.properties) {
      return Object.fromEntries(
        Object.entries(node.properties)
          .map(([key, child]): [string, unknown] => [key, fill(child, path ? `${path}.${key}` : key)])
          .filter(([, value]) => value !== undefined),
      );
    }
    if (node.items) return [fill(node.items, `${path}[0]`), fill(node.items, `${path}[1]`)];
    if (NO_CONTENT.has(path)) return undefined;
    number++;
    const value = valueFor(node, path, number);
    values.set(path, value);
    return value;
  };
  return { resume: fill(OFFICIAL_SCHEMA as SchemaNode, '') as Resume, values };
}

function valueFor(node: SchemaNode, path: string, number: number): string {
  // Starts precede ends, and every year is unique.
  if (node.$ref) return path.endsWith('endDate') ? `${2500 + number}-07-09` : `${1100 + number}-05-06`;
  if (node.format === 'uri') return `https://site${number}.example/path`;
  if (node.format === 'email') return `mail${number}@example.com`;
  if (path.endsWith('countryCode')) return 'PT';
  if (path.endsWith('phone')) return `+351 555 000 ${number}`;
  return `Value${number}x`;
}
