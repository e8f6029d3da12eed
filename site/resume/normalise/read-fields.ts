/** Reads one object of the résumé: finds its fields under their usual and unusual keys, and reads each by its kind. */
import { isDeepStrictEqual } from 'node:util';
import type { Path } from '../../../shared/path.ts';
import { suggest } from '../../../shared/suggest.ts';
import { readDate, splitRange } from './dates.ts';
import { names, plainKey, type Field, type Fields } from './fields.ts';
import { isEmail, readUrl } from './links.ts';
import { Notes, quote } from './notes.ts';
import { isBlank, isSentence, leaves, lineText, proseList, proseText, textsOf, wordList } from './text.ts';

type Entry = Record<string, unknown>;

/** `companyUrl`, `repo_url`, `nameLink`; not `logoUrl`. */
const ADDRESS_KEY =
  /^(?!.*(image|img|logo|icon|photo|avatar|banner|thumb|cover|picture)).*(url|link|website)$/i;
const MERGED = new Set(['prose', 'lines', 'words']);

export function readFields(input: Entry, fields: Fields, path: Path, notes: Notes): Entry {
  const keys = Object.keys(input).filter((key) => !isBlank(input[key]) && !key.startsWith('x-'));
  const output: Entry = {};
  const claims = claimKeys(keys, fields);
  for (const [name, field] of Object.entries(fields)) {
    for (const key of claims.get(name) ?? []) {
      if (key !== name && field.kind !== 'range') notes.changed([...path, key], `→ ${name}`);
      const value = input[key];
      const [first, ...more] = field.kind === 'url' && Array.isArray(value) ? value : [value];
      readField(output, name, field, first, [...path, key], notes);
      for (const [index, item] of more.entries())
        readUnclaimed(output, key, item, fields, [...path, key, index + 1], notes);
    }
  }
  const claimed = new Set([...claims.values()].flat());
  for (const key of keys.filter((key) => !claimed.has(key)))
    readUnclaimed(output, key, input[key], fields, [...path, key], notes);
  return output;
}

/**
 * A key that is unknown, or a second one for a field. Repetitions are left out; second addresses, texts and lists of texts are shown in the
 * entry. What remains is too short to be shown without its key.
 */
function readUnclaimed(
  output: Entry,
  key: string,
  value: unknown,
  fields: Fields,
  path: Path,
  notes: Notes,
): void {
  const [name, field] = Object.entries(fields).find((entry) => names(entry).includes(plainKey(key))) ?? [];
  if (name && field) {
    const again: Entry = {};
    readField(again, name, field, value, path, new Notes([]));
    // "country": "France" next to "countryCode": "FR".
    if (name === 'countryCode' || isDeepStrictEqual(again[name], output[name]))
      return notes.changed(path, `repeats ${name}`);
  }
  const prose = proseIn(fields);
  const list = kindIn(fields, 'lines') ?? kindIn(fields, 'words') ?? prose;
  const isComment = key.startsWith('_');
  const items = list && Array.isArray(value) ? value.flatMap(textsOf) : [];
  if (!isComment && list && items.length && items.every(isWritten)) {
    notes.changed(path, `→ ${list}`);
    return readField(output, list, fields[list]!, items, path, notes);
  }
  const isAddress =
    (field?.kind === 'url' || ADDRESS_KEY.test(key)) && typeof value === 'string' && 'url' in readUrl(value);
  if (!isComment && isAddress && 'url' in fields && output['url'] === undefined) {
    notes.changed(path, '→ url');
    return set(output, 'url', value.trim());
  }
  if (!isComment && prose && (isAddress || (isWritten(value) && isSentence(value)))) {
    notes.changed(path, `→ ${prose}`);
    return readField(output, prose, fields[prose]!, isAddress ? `<${value.trim()}>` : value, path, notes);
  }
  keepUnknown(output, key, value, Object.keys(fields), path, notes);
}

/** The field for running text. */
export function proseIn(fields: Fields): string | undefined {
  return 'summary' in fields ? 'summary' : kindIn(fields, 'prose');
}

function kindIn(fields: Fields, kind: Field['kind']): string | undefined {
  return Object.keys(fields).find((name) => fields[name]!.kind === kind);
}

/** A text, not the address of a page or picture. */
function isWritten(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    !/^\s*(https?:|data:|\.{0,2}\/|\S+\.(png|jpe?g|gif|svg|webp|pdf)\s*$)/i.test(value)
  );
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
  notes.unknownKey(path, meant && `Did you mean "${meant}"?`);
}

/** The schema's own key wins, then its other spellings, then the other names in their order. */
function claimKeys(keys: string[], fields: Fields): Map<string, string[]> {
  const claims = new Map<string, string[]>();
  const free = new Set(keys);
  const claim = (name: string, key: string) => {
    claims.set(name, [...(claims.get(name) ?? []), key]);
    free.delete(key);
  };
  const exact = Object.keys(fields).filter((name) => fields[name]!.kind !== 'range');
  for (const name of exact) if (free.has(name)) claim(name, name);
  for (const [name, field] of Object.entries(fields)) {
    for (const aka of names([name, field])) {
      for (const key of [...free].filter((key) => plainKey(key) === aka))
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
      if (/^(start|end)Date$/.test(name) && isRange(value)) return readRange(output, value, path, notes);
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

/** `2019 – 2021` where one date belongs. */
function isRange(value: unknown): value is string {
  return typeof value === 'string' && !!splitRange(value)?.every((date) => !('text' in readDate(date)));
}

function readRange(output: Entry, value: unknown, path: Path, notes: Notes): void {
  const pair = Array.isArray(value) ? value.slice(0, 2) : splitRange(lineText(value, path, notes));
  // "4 months" next to the dates.
  if (!pair && (output['startDate'] ?? output['endDate']) !== undefined)
    return keepUnknown(output, String(path.at(-1)), value, [], path, notes);
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
  if ('within' in read) {
    notes.changed(path, `is ${quote(written)}, read as its address`);
    return read.within;
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
