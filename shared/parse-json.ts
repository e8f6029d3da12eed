/** JSON with comments and trailing commas, read by VS Code's parser. */
import { findNodeAtLocation, parseTree, getNodeValue, type Node, type ParseError } from 'jsonc-parser';
import type { Path } from './path.ts';
import type { Parsed, Problem } from './problem.ts';

/** Keys are jsonc-parser's `ParseErrorCode`. */
const MESSAGES: Record<number, string> = {
  1: 'expected a value here: text needs double quotes',
  2: 'this number is not valid in JSON',
  3: 'expected a key in double quotes',
  4: 'expected a value here',
  5: 'expected a colon between key and value',
  6: 'expected a comma before this',
  7: 'expected a closing brace }',
  8: 'expected a closing bracket ]',
  9: 'expected the end of the file',
  11: 'this comment never ends: */ is missing',
  12: 'this text has no closing quote',
  13: 'this number is incomplete',
  14: '\\u needs four hexadecimal digits',
  15: 'a backslash must be followed by one of " \\ / b f n r t u',
  16: 'this character is not allowed in a text; write a tab as \\t and a line break as \\n',
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
            message: `the key "${key}" appears twice`,
            hint: 'Only one of them would be used. Delete the other.',
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
