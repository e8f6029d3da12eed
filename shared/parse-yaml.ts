/** YAML 1.2. */
import { isNode, isScalar, parseDocument, visit, type Document } from 'yaml';
import type { Path } from './path.ts';
import type { Parsed } from './problem.ts';

export function parseYaml(text: string): Parsed {
  const document = parseDocument(text, { prettyErrors: false, schema: 'core' });
  const first = document.errors[0];
  if (first) {
    return {
      value: undefined,
      problems: [{ severity: 'error', message: `not YAML: ${first.message}`, offset: first.pos[0] }],
      locate: () => 0,
    };
  }
  visit(document, {
    Scalar(key, node) {
      // Without quotes, a year (2024), a score (4.0) and a postcode (01067) are numbers in YAML. A résumé needs the text.
      if (key !== 'key' && typeof node.value === 'number' && !isHue(text, node.range?.[0]) && node.source)
        node.value = node.source;
    },
  });
  return { value: document.toJS(), problems: [], locate: (path, atKey) => locate(document, path, atKey) };
}

/** `meta.site.hue` is the only number in the format. */
function isHue(text: string, offset = 0): boolean {
  return /\bhue:\s*$/.test(text.slice(0, offset));
}

function locate(document: Document, path: Path, atKey = false): number {
  const node = document.getIn(path, true);
  if (!isNode(node)) return path.length ? locate(document, path.slice(0, -1), true) : 0;
  if (atKey && path.length) {
    const parent = document.getIn(path.slice(0, -1), true);
    const pairs = (parent as { items?: { key?: unknown }[] }).items ?? [];
    const pair = pairs.find(({ key }) => isScalar(key) && key.value === path.at(-1));
    if (pair && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
  }
  return node.range?.[0] ?? 0;
}
