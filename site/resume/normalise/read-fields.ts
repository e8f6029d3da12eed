/** Reads one object of the résumé: finds its fields under their usual and unusual keys, and reads each by its kind. */
import type { Path } from '../../../shared/path.ts';
import { suggest } from '../../../shared/suggest.ts';
import { readDate, splitRange } from './dates.ts';
import { plainKey, type Field, type Fields } from './fields.ts';
import { isEmail, readUrl } from './links.ts';
import { quote, type Notes } from './notes.ts';
import { isBlank, leaves, lineText, proseList, proseText, wordList } from './text.ts';

type Entry = Record<string, unknown>;

const MERGED = new Set(['prose', 'lines', 'words']);

/** Unknown keys stay in the entry: they are published and noted, but not shown. */
export function readFields(input: Entry, fields: Fields, path: Path, notes: Notes): Entry {
  const keys = Object.keys(input).filter((key) => !isBlank(input[key]) && !key.startsWith('x-'));
  const output: Entry = {};
  const claims = claimKeys(keys, fields);
  for (const [name, field] of Object.entries(fields)) {
    for (const key of claims.get(name) ?? []) {
      if (key !== name && field.kind !== 'range') notes.changed([...path, key], `→ ${name}`);
      readField(output, name, field, input[key], [...path, key], notes);
    }
  }
  const claimed = new Set([...claims.values()].flat());
  for (const key of keys.filter((key) => !claimed.has(key)))
    keepUnknown(output, key, input[key], Object.keys(fields), [...path, key], notes);
  return output;
}

/** Puts a value that the reader does not understand into the published résumé, and says so. */
export function keepUnknown(
  output: Entry,
  key: string,
  value: unknown,
  known: string[],
  path: Path,
  notes: Notes,
): void {
  if (!Object.hasOwn(output, key)) output[key] = value;
  if (!leaves(value).length) return;
  const meant = suggest(key, known);
  notes.warn(
    path,
    'is not part of JSON Resume: it is published in resume.json, but not shown on the page',
    meant && `Did you mean "${meant}"?`,
  );
}

/** The schema's own key wins, then its other spellings, then the other names in their order. */
function claimKeys(keys: string[], fields: Fields): Map<string, string[]> {
  const claims = new Map<string, string[]>();
  const free = new Set(keys);
  const claim = (name: string, key: string) => {
    claims.set(name, [...(claims.get(name) ?? []), key]);
    free.delete(key);
  };
  const names = Object.keys(fields).filter((name) => fields[name]!.kind !== 'range');
  for (const name of names) if (free.has(name)) claim(name, name);
  for (const [name, field] of Object.entries(fields)) {
    for (const aka of [name, ...field.aka]) {
      for (const key of [...free].filter((key) => plainKey(key) === plainKey(aka)))
        if (!claims.has(name) || MERGED.has(field.kind)) claim(name, key);
    }
  }
  return claims;
}

function readField(
  output: Entry,
  name: string,
  field: Field,
  value: unknown,
  path: Path,
  notes: Notes,
): void {
  switch (field.kind) {
    case 'line':
      return set(output, name, lineText(value, path, notes));
    case 'prose':
      return set(output, name, [output[name], proseText(value, path, notes)].filter(Boolean).join('\n\n'));
    case 'lines':
      return set(output, name, [...((output[name] as string[]) ?? []), ...proseList(value, path, notes)]);
    case 'words':
      return set(output, name, [...((output[name] as string[]) ?? []), ...wordList(value, path, notes)]);
    case 'date':
    case 'end':
      return set(output, name, dateText(value, field.kind, path, notes));
    case 'range':
      return readRange(output, value, path, notes);
    case 'url':
      return set(output, name, urlText(value, path, notes));
    case 'email':
      return set(output, name, emailText(value, path, notes));
  }
}

function set(output: Entry, name: string, value: string | string[] | undefined): void {
  if (value?.length) output[name] = value;
}

function dateText(value: unknown, kind: 'date' | 'end', path: Path, notes: Notes): string | undefined {
  const written =
    typeof value === 'number' ? String(value) : (dateParts(value) ?? lineText(value, path, notes));
  const read = readDate(written);
  if ('iso' in read) {
    if (read.iso !== written) notes.changed(path, `${quote(written)} → ${read.iso}`);
    return read.iso;
  }
  if ('present' in read) {
    if (kind === 'date') return written;
    notes.changed(path, `${quote(written)} is read as ongoing`);
    return undefined;
  }
  const hint = {
    ambiguous: 'It could be day and month or month and day. Write it like 2024-06-29.',
    impossible: 'There is no such day in the calendar. Write it like 2024-06-29.',
    unreadable: 'Write it like 2024, 2024-06 or 2024-06-29.',
  }[read.why];
  notes.warn(path, `is ${quote(written)}, which is shown as it is written`, hint);
  return read.text;
}

/** `{ "year": 2024, "month": 6 }` */
function dateParts(value: unknown): string | undefined {
  const { year, month, day } = (value ?? {}) as Record<string, unknown>;
  return year ? [year, month, day].filter(Boolean).join('-') : undefined;
}

function readRange(output: Entry, value: unknown, path: Path, notes: Notes): void {
  const pair = Array.isArray(value) ? value.slice(0, 2) : splitRange(lineText(value, path, notes));
  const [start, end] = pair ?? [value, value];
  if (!output['startDate'] && !isBlank(start)) set(output, 'startDate', dateText(start, 'date', path, notes));
  if (!output['endDate'] && !isBlank(end)) set(output, 'endDate', dateText(end, 'end', path, notes));
  notes.changed(path, '→ startDate, endDate');
}

function urlText(value: unknown, path: Path, notes: Notes): string | undefined {
  const written = typeof value === 'string' ? value.trim() : lineText(value, path, notes);
  const read = readUrl(written);
  if ('url' in read) return read.url;
  if ('completed' in read) {
    notes.changed(path, `is completed to ${read.completed.startsWith('mailto:') ? 'mailto:' : 'https://'}…`);
    return read.completed;
  }
  if ('placeholder' in read) {
    notes.changed(path, `is ${quote(written)}, which leads nowhere; it is left out`);
    return undefined;
  }
  notes.warn(path, `is ${quote(read.text)}, which is not a web address; it is shown without a link`);
  return read.text;
}

function emailText(value: unknown, path: Path, notes: Notes): string {
  const text = lineText(value, path, notes).replace(/^mailto:/i, '');
  if (text && !isEmail(text))
    notes.warn(path, `is ${quote(text)}, which is not an email address; it is shown without a link`);
  return text;
}
