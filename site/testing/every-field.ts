import { OFFICIAL_SCHEMA } from '../resume/checks/schema.ts';
import type { Resume } from '../resume/types.ts';

interface SchemaNode {
  format?: string;
  $ref?: string;
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
}

/** Fields that the page does not show. */
const NO_CONTENT = ['$schema', 'meta.canonical', 'meta.version', 'meta.lastModified', 'basics.image'];

/** A résumé with every field of the official schema, each with a unique value. */
export function everyField(): Resume {
  let number = 0;
  const fill = (node: SchemaNode, path: string): unknown => {
    if (node.properties) {
      const fields = Object.entries(node.properties).map(([key, child]): [string, unknown] => [
        key,
        fill(child, path ? `${path}.${key}` : key),
      ]);
      return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
    }
    if (node.items) return [fill(node.items, `${path}[0]`), fill(node.items, `${path}[1]`)];
    return NO_CONTENT.includes(path) ? undefined : valueFor(node, path, ++number);
  };
  return fill(OFFICIAL_SCHEMA as SchemaNode, '') as Resume;
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
