/**
 * Lambda's event filter patterns. A pattern has the shape of the event, and each leaf is an array of rules of which one must match.
 * AWS documents these rules: null, "" (empty), equality, equals-ignore-case, anything-but, numeric, exists, prefix, suffix, and `$or`
 * over several fields.
 */
import { isObject } from '../../shared/path.ts';
import { UserError } from '../../shared/user-error.ts';

export type Filter = (event: unknown) => boolean;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Rule = (value: unknown) => boolean;

/**
 * An event passes if one pattern matches, or if there are no patterns.
 * @throws {UserError} for a malformed pattern
 */
export function compileFilter(patterns: readonly string[]): Filter {
  const filters = patterns.map(compilePattern);
  return (event) => filters.length === 0 || filters.some((filter) => filter(event));
}

function compilePattern(pattern: string): Filter {
  try {
    return compileObject(JSON.parse(pattern) as Json);
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message;
    throw new UserError(
      `The event filter pattern ${pattern} is invalid: ${reason}.`,
      'Fix filterPatterns; "filter rule syntax" in AWS Lambda\'s guide lists the rules.',
    );
  }
}

function compileObject(pattern: Json): Filter {
  if (pattern === null || typeof pattern !== 'object' || Array.isArray(pattern)) {
    throw new Error(`${JSON.stringify(pattern)} must be an object or an array of rules`);
  }
  const filters = Object.entries(pattern).map(([key, value]) => {
    if (key === '$or') return compileOr(value);
    const filter = Array.isArray(value) ? compileLeaf(key, value) : compileObject(value);
    return (event: unknown) => filter(isObject(event) ? ownEntry(event, key) : undefined);
  });
  if (filters.length === 0) throw new Error('an object in the pattern is empty');
  return (event) => filters.every((filter) => filter(event));
}

function compileOr(alternatives: Json): Filter {
  if (!Array.isArray(alternatives) || alternatives.length < 2) {
    throw new Error('$or takes an array of at least two patterns');
  }
  const filters = alternatives.map(compileObject);
  return (event) => filters.some((filter) => filter(event));
}

/** An array in the event matches if one of its elements matches. */
function compileLeaf(key: string, rules: Json[]): Filter {
  if (rules.length === 0) throw new Error(`${key} has no rules`);
  const compiled = rules.map(compileRule);
  return (value) =>
    compiled.some((rule) => rule(value) || (Array.isArray(value) && value.some((element) => rule(element))));
}

function compileRule(rule: Json): Rule {
  if (rule === null || typeof rule !== 'object') return (value) => value === rule;
  const entries = Array.isArray(rule) ? [] : Object.entries(rule);
  const [name = '', operand] = entries[0] ?? [];
  const operator = entries.length === 1 ? ownEntry(OPERATORS, name) : undefined;
  if (!operator) throw new Error(`${JSON.stringify(rule)} is not a rule`);
  return operator(operand!);
}

const OPERATORS: Record<string, (operand: Json) => Rule> = {
  prefix: textRule('prefix', (value, prefix) => value.startsWith(prefix)),
  suffix: textRule('suffix', (value, suffix) => value.endsWith(suffix)),
  'equals-ignore-case': textRule(
    'equals-ignore-case',
    (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  ),
  // Only leaves count: AWS treats an object in the event as missing.
  exists: (operand) => {
    if (typeof operand !== 'boolean') throw new Error('exists takes true or false');
    return (value) => (value !== undefined && !isObject(value)) === operand;
  },
  'anything-but': (operand) => {
    const rules = [operand].flat().map(compileRule);
    if (rules.length === 0) throw new Error('anything-but takes at least one value');
    return (value) => value !== undefined && !isObject(value) && !rules.some((rule) => rule(value));
  },
  numeric: compileNumeric,
};

const COMPARISONS: Record<string, (value: number, limit: number) => boolean> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** `["=", 5]` or a range such as `[">", 0, "<=", 10]`; compares numbers only, so it never matches DynamoDB's `N`, a string. */
function compileNumeric(operand: Json): Rule {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    throw new Error('numeric takes one or two pairs of comparison and number');
  }
  const tests: Rule[] = [];
  for (let i = 0; i < operand.length; i += 2) {
    const compare = ownEntry(COMPARISONS, String(operand[i]));
    const limit = operand[i + 1];
    if (!compare || typeof limit !== 'number')
      throw new Error(`numeric does not know ${JSON.stringify(operand)}`);
    tests.push((value) => typeof value === 'number' && compare(value, limit));
  }
  return (value) => tests.every((test) => test(value));
}

/** `constructor` and the like are no entries. */
function ownEntry<T>(table: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function textRule(operator: string, matches: (value: string, operand: string) => boolean) {
  return (operand: Json): Rule => {
    if (typeof operand !== 'string') throw new Error(`${operator} takes a string`);
    return (value) => typeof value === 'string' && matches(value, operand);
  };
}
