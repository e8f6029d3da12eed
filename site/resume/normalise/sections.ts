/** Reads a section, however it is written: a list, a text, one object, or an object of groups. */
import { isObject, type Path } from '../../../shared/path.ts';
import { plainKey, type Section } from './fields.ts';
import { quote, type Notes } from './notes.ts';
import { keepUnknown, readFields } from './read-fields.ts';
import { isBlank, leaves, lineText, wordList } from './text.ts';

type Entry = Record<string, unknown>;

/** `{ "enabled": true, "items": [] }` */
const WRAPPERS = ['items', 'history', 'list', 'entries', 'data', 'content'];
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
  const wrapper = keys.find((key) => WRAPPERS.includes(key) && Array.isArray(value[key]));
  if (wrapper && !keys.some((key) => key !== wrapper && known.has(plainKey(key)) && key !== 'title'))
    return unwrap(section, value, wrapper, path, notes);
  if (keys.some((key) => known.has(plainKey(key)))) return [readFields(value, section.fields, path, notes)];
  if (section.keyed) return keys.map((key) => fromKey(section, key, value[key], [...path, key], notes));
  if (keys.length && keys.every((key) => typeof value[key] === 'object'))
    return keys.flatMap((key) => items(section, value[key], [...path, key], notes));
  return [readFields(value, section.fields, path, notes)];
}

function fromText(section: Section, value: unknown, path: Path, notes: Notes): Entry[] {
  const isItem = typeof path.at(-1) === 'number';
  const texts = isItem || !section.keyed ? [lineText(value, path, notes)] : wordList(value, path, notes);
  notes.changed(path, `is a text, read as { ${section.text} }`);
  return texts.map((text) => ({ [section.text]: text }));
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

function knownKeys(section: Section): Set<string> {
  return new Set(Object.entries(section.fields).flatMap(([name, { aka }]) => [name, ...aka].map(plainKey)));
}
