/** Reads a section, however it is written: a list, a text, one object, or an object of groups. */
import { isObject, type Path } from '../../../shared/path.ts';
import { names, plainKey, type Section } from './fields.ts';
import { quote, type Notes } from './notes.ts';
import { keepUnknown, proseIn, readFields } from './read-fields.ts';
import { isBlank, leaves, lineText, wordList } from './text.ts';

type Entry = Record<string, unknown>;

/** `{ "enabled": true, "items": [] }`; `sets` and `history` are FRESH's. */
const WRAPPERS = ['items', 'history', 'sets', 'list', 'entries', 'data', 'content', 'jobs', 'schools'];
/** `{ "company": "…", "positions": [{ … }, { … }] }` */
const POSITIONS = ['positions', 'roles'];
/** Characters of a heading. */
const MAX_TITLE = 100;
const EMPLOYER = ['name', 'organization', 'entity', 'url', 'location'];
const DATES = new Set(['date', 'startDate', 'endDate', 'releaseDate']);

export function readSection(section: Section, value: unknown, path: Path, notes: Notes): Entry[] {
  return items(section, value, path, notes).filter((entry) => {
    const keys = Object.keys(entry);
    if (!keys.length) return false;
    if (!keys.every((key) => DATES.has(key))) return true;
    notes.warn(
      path,
      `has an entry with nothing but a date (${Object.values(entry).join(' – ')}); it is left out`,
    );
    return false;
  });
}

function items(section: Section, value: unknown, path: Path, notes: Notes): Entry[] {
  if (isBlank(value)) return [];
  if (Array.isArray(value))
    return value.flatMap((item, index) => items(section, item, [...path, index], notes));
  if (!isObject(value)) return fromText(section, value, path, notes);
  const known = knownKeys(section);
  const keys = Object.keys(value).filter((key) => !isBlank(value[key]));
  const isKnown = (key: string) => known.has(plainKey(key));
  const isItem = typeof path.at(-1) === 'number';
  const wrapper = keys.find(
    (key) =>
      WRAPPERS.includes(key) &&
      Array.isArray(value[key]) &&
      ((isListOfObjects(value[key]) && !isKnown(key) && !isItem) ||
        !keys.some((other) => other !== key && isKnown(other) && other !== 'title')),
  );
  if (wrapper) return unwrap(section, value, wrapper, path, notes);
  const positions = keys.find((key) => POSITIONS.includes(key) && isListOfObjects(value[key]));
  if (positions) return eachPosition(section, value, positions, path, notes);
  if (keys.some(isKnown)) return [readEntry(section, value, path, notes)];
  if (section.keyed) return keys.map((key) => fromKey(section, key, value[key], [...path, key], notes));
  if (keys.length && keys.every((key) => typeof value[key] === 'object'))
    return keys.flatMap((key) => items(section, value[key], [...path, key], notes));
  return [readEntry(section, value, path, notes)];
}

/** If only dates are understood, the other texts are joined to the one that names the entry. */
function readEntry({ fields, text }: Section, value: Entry, path: Path, notes: Notes): Entry {
  const isDate = ([key]: [string, unknown]) =>
    Object.entries(fields).some(
      (field) => ['date', 'end', 'range'].includes(field[1].kind) && names(field).includes(plainKey(key)),
    );
  const others = Object.entries(value).filter((entry) => !isDate(entry) && !entry[0].startsWith('x-'));
  const known = knownKeys({ fields });
  const unknown = leaves(Object.fromEntries(others)).join(', ');
  if (!unknown || others.some(([key, inner]) => known.has(plainKey(key)) && !isBlank(inner)))
    return readFields(value, fields, path, notes);
  notes.changed(path, 'has no key of its section: its texts are joined');
  const dates = Object.fromEntries(Object.entries(value).filter(isDate));
  return { [textField({ fields, text }, unknown)]: unknown, ...readFields(dates, fields, path, notes) };
}

function isListOfObjects(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

/** What else is said about the employer stays in an entry before those of its positions. */
function eachPosition(section: Section, value: Entry, key: string, path: Path, notes: Notes): Entry[] {
  const { [key]: positions, ...shared } = value;
  const employer = readEntry(section, shared, path, notes);
  notes.changed([...path, key], 'are read as one entry each');
  const isShared = ([field]: [string, unknown]) => EMPLOYER.includes(field);
  const shownOnce = Object.entries(employer).filter((field) => !isShared(field));
  const repeated = Object.fromEntries(Object.entries(employer).filter(isShared));
  const entries = items(section, positions, [...path, key], notes);
  return [...(shownOnce.length ? [employer] : []), ...entries.map((entry) => ({ ...repeated, ...entry }))];
}

function fromText(section: Section, value: unknown, path: Path, notes: Notes): Entry[] {
  const isItem = typeof path.at(-1) === 'number';
  const texts = isItem || !section.keyed ? [lineText(value, path, notes)] : wordList(value, path, notes);
  return texts.map((text) => {
    const field = textField(section, text);
    notes.changed(path, `is text, read as { ${field} }`);
    return { [field]: text };
  });
}

/** The field that names the entry, or for a longer text the one for running text. */
function textField({ fields, text: name }: Pick<Section, 'fields' | 'text'>, text: string): string {
  return (text.length > MAX_TITLE && proseIn(fields)) || name;
}

/** `"Backend": ["Go"]` and `"English": "native"` */
function fromKey(section: Section, key: string, value: unknown, path: Path, notes: Notes): Entry {
  notes.changed(path.slice(0, -1), `keys are read as ${section.text}`);
  if (isObject(value) && Object.keys(value).some((inner) => knownKeys(section).has(plainKey(inner))))
    return { [section.text]: key, ...readFields(value, section.fields, path, notes) };
  return {
    [section.text]: key,
    ...readFields({ [section.keyed!]: value }, section.fields, path.slice(0, -1), notes),
  };
}

function unwrap(section: Section, value: Entry, wrapper: string, path: Path, notes: Notes): Entry[] {
  const entries = items(section, value[wrapper], [...path, wrapper], notes);
  for (const [key, inner] of Object.entries(value)) {
    if (key === wrapper || !leaves(inner).length) continue;
    if (entries[0]) keepUnknown(entries[0], key, inner, [], [...path, key], notes);
    else notes.warn([...path, key], `is ${quote(leaves(inner).join(', '))}, which is left out`);
  }
  return entries;
}

function knownKeys({ fields }: Pick<Section, 'fields'>): Set<string> {
  return new Set(Object.entries(fields).flatMap(names));
}
