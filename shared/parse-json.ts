/** JSON with comments and trailing commas, by the parser of VS Code. */
import { findNodeAtLocation, parseTree, getNodeValue, type Node, type ParseError } from 'jsonc-parser';
import type { Path } from './path.ts';
import type { Problem } from './problem.ts';
import type { Parsed } from './source.ts';

/** By jsonc-parser's `ParseErrorCode`. */
const MESSAGES: Record<number, string> = {
  1: 'this is no JSON value',
  2: 'this number is not written as JSON wants it',
  3: 'a key in double quotes is missing here',
  4: 'a value is missing here',
  5: 'a colon is missing here, between key and value',
  6: 'a comma is missing before this',
  7: 'a closing brace } is missing here',
  8: 'a closing bracket ] is missing here',
  9: 'the file should end here',
  11: 'this comment has no end: */ is missing',
  12: 'this text has no closing quote',
  13: 'this number stops in the middle',
  14: 'after \\u come four hexadecimal digits',
  15: 'after a backslash comes one of " \\ / b f n r t u',
  16: 'this character cannot stand in a text; write a line break as \\n',
};

export function parseJson(text: string): Parsed {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first || !tree) {
    const message = MESSAGES[first?.error ?? 4] ?? 'this is not JSON';
    return {
      value: undefined,
      problems: [{ severity: 'error', message: `not JSON: ${message}`, offset: first?.offset ?? 0 }],
      locate: () => 0,
    };
  }
  return {
    value: getNodeValue(tree),
    problems: duplicateKeys(tree),
    locate: (path, atKey) => locate(tree, path, atKey),
  };
}

function locate(tree: Node, path: Path, atKey = false): number {
  const node = findNodeAtLocation(tree, path);
  if (!node) return path.length ? locate(tree, path.slice(0, -1), true) : tree.offset;
  return atKey && node.parent?.type === 'property' ? node.parent.offset : node.offset;
}

function duplicateKeys(tree: Node): Problem[] {
  const problems: Problem[] = [];
  const visit = (node: Node) => {
    const seen = new Set<string>();
    for (const child of node.children ?? []) {
      if (node.type === 'object') {
        const key = String(child.children?.[0]?.value);
        if (seen.has(key)) {
          problems.push({
            severity: 'error',
            message: `"${key}" is given twice`,
            hint: 'Only one of them would count; keep the right one.',
            offset: child.offset,
          });
        }
        seen.add(key);
      }
      visit(child);
    }
  };
  visit(tree);
  return problems;
}
