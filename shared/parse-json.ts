/** JSON with comments and trailing commas, read by VS Code's parser. */
import { findNodeAtLocation, parseTree, type Node, type ParseError } from 'jsonc-parser';
import { isObject, type Path } from './path.ts';
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
  16: 'this character is not allowed in a string; write a tab as \\t and a line break as \\n',
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
  const problems: Problem[] = [];
  return { value: valueOf(tree, problems), problems, locate: (path, atKey) => locate(tree, path, atKey) };
}

/** As JSON.parse does, but a key that appears twice loses nothing: lists are joined, objects merged. */
function valueOf(node: Node, problems: Problem[]): unknown {
  if (node.type === 'array') return (node.children ?? []).map((child) => valueOf(child, problems));
  if (node.type !== 'object') return node.value as unknown;
  const entries = new Map<string, unknown>();
  for (const { children, offset } of node.children ?? []) {
    const key = String(children?.[0]?.value);
    const value = children?.[1] && valueOf(children[1], problems);
    if (entries.has(key)) problems.push(duplicateKey(key, entries.get(key), value, offset));
    entries.set(key, entries.has(key) ? joined(entries.get(key), value) : value);
  }
  // Not by assignment, which would set the prototype for the key "__proto__".
  return Object.fromEntries(entries);
}

function joined(first: unknown, second: unknown): unknown {
  if (Array.isArray(first) && Array.isArray(second))
    return [...(first as unknown[]), ...(second as unknown[])];
  return isObject(first) && isObject(second) ? { ...first, ...second } : second;
}

function duplicateKey(key: string, first: unknown, second: unknown, offset: number): Problem {
  const isJoined = typeof first === 'object' && typeof second === 'object' && first && second;
  return {
    severity: 'error',
    message: `the key "${key}" appears twice`,
    hint: 'Only one of them would be used. Delete the other.',
    tolerated: isJoined
      ? `the key "${key}" appears twice; both are used`
      : `the key "${key}" appears twice; the last one is used, not ${JSON.stringify(first)}`,
    offset,
  };
}

function locate(tree: Node, path: Path, atKey = false): number {
  const node = findNodeAtLocation(tree, path);
  if (!node) return path.length ? locate(tree, path.slice(0, -1), true) : tree.offset;
  return atKey && node.parent?.type === 'property' ? node.parent.offset : node.offset;
}

/** @returns undefined if the text is not a JSON object */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
