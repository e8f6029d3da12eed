/** Removes what no reader can see and some programs cannot bear: control characters, broken Unicode, keys of JavaScript's own. */
import type { Path } from '../../../shared/path.ts';
import type { Notes } from './notes.ts';

const DANGEROUS_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
/** Control characters except tab and line feed, halves of characters (lone surrogates), and code points that are no characters. */
const INVISIBLE = /(?![\t\n])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu;
/** Vietnamese, Hebrew and Thai need up to four marks on a letter. */
const STACKED_MARKS = /(\p{M}{8})\p{M}+/gu;

/** A copy of the file's value without them. `null` becomes absent. */
export function clean(value: unknown, path: Path, notes: Notes): unknown {
  if (typeof value === 'string') return cleanText(value, path, notes);
  if (value === null) {
    notes.everywhere(path, 'null is read as absent');
    return undefined;
  }
  if (Array.isArray(value)) return value.map((item, index) => clean(item, [...path, index], notes));
  if (typeof value !== 'object') return value;
  const copy: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    if (DANGEROUS_KEYS.has(key)) notes.warn([...path, key], 'is not a possible key; it is left out');
    else copy[cleanText(key, path, notes)] = clean(child, [...path, key], notes);
  }
  return copy;
}

function cleanText(written: string, path: Path, notes: Notes): string {
  const unix = written.replace(/\r\n?/g, '\n');
  const visible = unix.replace(INVISIBLE, '');
  if (visible !== unix) notes.everywhere(path, 'control characters are removed');
  const text = visible.replace(STACKED_MARKS, '$1');
  if (text !== visible) notes.everywhere(path, 'more than eight accents on one letter are removed');
  return text;
}
