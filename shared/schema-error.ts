/** Words for errors that a JSON Schema validator reports. */
import type { ErrorObject } from 'ajv';
import { isObject, valueAt, type Path } from './path.ts';
import type { Source } from './source.ts';

export const KINDS: Record<string, string> = {
  string: 'text',
  array: 'a list',
  object: 'an object',
  number: 'a number',
  boolean: 'true or false',
};

export function hintForType(
  wanted: string,
  data: unknown,
  syntax: Source['syntax'] = 'json',
): string | undefined {
  if (data === null) return 'Delete the key.';
  if (wanted === 'string' && (typeof data === 'number' || typeof data === 'boolean'))
    return `Write it in quotes: "${data}".`;
  if (wanted === 'array' && syntax === 'yaml') return 'Write each item on a line of its own, after "- ".';
  if (wanted === 'array')
    return `Write it in brackets: [${isObject(data) ? '{ … }' : JSON.stringify(data)}].`;
  return undefined;
}

/**
 * What is wrong with a value, and what to do. Needs a validator with `verbose`.
 * @param where the value's path
 */
export function explainValue(
  { keyword, params, data, message, parentSchema = {} }: ErrorObject,
  where: string,
  syntax?: Source['syntax'],
): { message: string; hint?: string | undefined } {
  const schema = parentSchema as { enum?: unknown[]; examples?: unknown[]; description?: string };
  if (keyword === 'type') {
    const wanted = String(params['type']);
    const kind = wanted === 'integer' ? 'a whole number' : (KINDS[wanted] ?? wanted);
    const hint = hintForType(wanted, data, syntax);
    return { message: `${where} is ${shown(data)}, but must be ${kind}`, hint };
  }
  if (keyword === 'enum') {
    return { message: `${where} is ${shown(data)}`, hint: `Use one of ${(schema.enum ?? []).join(', ')}.` };
  }
  const [example] = schema.examples ?? [];
  if (keyword === 'pattern' && example !== undefined) {
    const hint = `Write it like ${JSON.stringify(example)}.`;
    return { message: `${where} is ${shown(data)}, which has the wrong form`, hint };
  }
  return {
    message: `${where} is ${shown(data)}, but ${message ?? 'it is invalid'}`,
    hint: schema.description,
  };
}

export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** `/awards/0/title` becomes `['awards', 0, 'title']`. */
export function toPath(document: unknown, pointer: string): Path {
  const path: Path = [];
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(valueAt(document, path)) ? Number(key) : key);
  }
  return path;
}
