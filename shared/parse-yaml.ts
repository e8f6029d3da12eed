/** YAML 1.2. */
import { isNode, isScalar, parseDocument, visit, type Document, type YAMLParseError } from 'yaml';
import type { Path } from './path.ts';
import type { Parsed, Problem } from './problem.ts';

/** @param numbers whether numbers stay numbers; in a résumé they are texts */
export function parseYaml(text: string, { numbers = false } = {}): Parsed {
  const strict = parse(text, true);
  const problems = strict.errors.map(problemOf);
  const fatal = problems.find(({ tolerated }) => tolerated === undefined);
  if (fatal) return { value: undefined, problems: [fatal], locate: () => 0 };
  const document = problems.length ? parse(text, false) : strict;
  visit(document, {
    Scalar(key, node) {
      // Without quotes, a year (2024), a score (4.0) and a postcode (01067) are numbers in YAML. A résumé needs the text.
      if (
        !numbers &&
        key !== 'key' &&
        typeof node.value === 'number' &&
        !isNumberSetting(text, node.range?.[0]) &&
        node.source
      )
        node.value = node.source;
    },
  });
  return { value: document.toJS(), problems, locate: (path, atKey) => locate(document, path, atKey) };
}

function parse(text: string, uniqueKeys: boolean) {
  return parseDocument(text, { prettyErrors: false, schema: 'core', uniqueKeys });
}

function problemOf({ code, message, pos }: YAMLParseError): Problem {
  return {
    severity: 'error',
    message: `not YAML: ${message}`,
    offset: pos[0],
    ...(code === 'DUPLICATE_KEY' && { tolerated: 'a key appears twice; the last one is used' }),
  };
}

/** The only numbers in the format are in `meta.site`. */
function isNumberSetting(text: string, offset = 0): boolean {
  return /\b(hue|pages):\s*$/.test(text.slice(0, offset));
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
