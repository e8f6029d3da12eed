/** Text from whatever a file holds where a text belongs. */
import { childrenOf, isObject, type Path } from '../../../shared/path.ts';
import { readHtml } from './html.ts';
import type { Notes } from './notes.ts';

/** Where an object holds its text. */
const TEXT_KEYS = ['text', 'name', 'title', 'label', 'value', 'content', 'description', 'url', 'href', 'src'];

/** Nothing that could be shown. Forms leave a dash where there is no value. */
export function isBlank(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === 'string') return /^[\s–—-]*$/.test(value);
  return typeof value === 'object' && Object.values(value).every(isBlank);
}

/** One line of plain text. */
export function lineText(value: unknown, path: Path, notes: Notes): string {
  const text = htmlText(plainText(value, ', ', path, notes), path, notes);
  const marks = /\*\*|<(?=https?:|mailto:)|(?<=\S)>(?=\)|$)|\\(?=<)/g;
  return (containsHtml(value) ? text.replace(marks, '') : text).replace(/\s+/g, ' ').trim();
}

/** Markdown. */
export function proseText(value: unknown, path: Path, notes: Notes): string {
  return htmlText(plainText(value, '\n\n', path, notes), path, notes).trim();
}

/** The items of a list; a single text is a list of one, or of its lines. */
export function proseList(value: unknown, path: Path, notes: Notes): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => proseList(item, [...path, index], notes));
  const texts = isObject(value) ? textsOf(value) : [value];
  const text = texts.map((part) => proseText(part, path, notes)).join('\n');
  if (isObject(value)) notes.changed(path, 'is an object, read as text');
  const lines = text.split('\n').map((line) => line.trim().replace(/^[-*•·–]\s+/, ''));
  const list = lines.filter(Boolean);
  if (list.length > 1) notes.changed(path, 'is split into its lines');
  return list;
}

/**
 * An object as one text: `Slides, https://…`. A list in it follows a sentence in brackets, and anything else as texts of their own:
 * `{ "title": "Team", "items": ["Hired four", "Led six"] }`.
 */
export function textsOf(item: unknown): string[] {
  const [lists, others] = [true, false].map((wanted) =>
    leaves(Object.fromEntries(childrenOf(item).filter(([, inner]) => Array.isArray(inner) === wanted))),
  ) as [string[], string[]];
  if (!isObject(item)) return leaves(item);
  if (!lists.length) return [others.join(', ')].filter(Boolean);
  if (others.length === 1 && isSentence(others[0]!) && !lists.some(isSentence))
    return [`${others[0]} (${lists.join(', ')})`];
  return [...others, ...lists];
}

/** At least four words, or as many characters where words have no spaces between them. */
export function isSentence(text: string): boolean {
  return /(\S+\s+){3}\S|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]{8}/u.test(text);
}

/** Short texts. One text is split at commas, semicolons and bars, but not within brackets. */
export function wordList(value: unknown, path: Path, notes: Notes): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => wordItem(item, [...path, index], notes));
  if (isObject(value))
    return Object.entries(value).flatMap(([key, item]) => wordList(item, [...path, key], notes));
  const text = lineText(value, path, notes);
  const list = text.split(/\s*(?:[;|、]|[,，](?![^()]*\)))\s*|\s+·\s+/).filter(Boolean);
  if (list.length > 1) notes.changed(path, 'is split at its commas');
  return list;
}

function wordItem(item: unknown, path: Path, notes: Notes): string[] {
  if (Array.isArray(item)) return wordList(item, path, notes);
  // `{ "name": "Node.js", "url": "https://…", "level": 4 }`
  const words = isObject(item)
    ? leaves(item).filter((text) => /\p{L}/u.test(text.replace(/^https?:.*/i, '')))
    : [];
  if (words.length) notes.changed(path, 'is an object: its words are shown, without addresses and numbers');
  const text = lineText(words.length ? words.join(', ') : item, path, notes);
  return text ? [text] : [];
}

function plainText(value: unknown, separator: string, path: Path, notes: Notes): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') {
    notes.changed(path, `is a ${typeof value}, read as text`);
    return String(value);
  }
  const texts = leaves(value);
  notes.changed(path, `is ${Array.isArray(value) ? 'a list' : 'an object'}, read as text`);
  return texts.join(separator);
}

/** All texts and numbers in a value, those that name it first. */
export function leaves(value: unknown): string[] {
  if (typeof value === 'string') return value.trim() ? [value] : [];
  if (typeof value === 'number') return [String(value)];
  const children = childrenOf(value);
  const rank = (key: string | number) => {
    const index = TEXT_KEYS.indexOf(String(key));
    return index < 0 ? TEXT_KEYS.length : index;
  };
  if (isObject(value)) children.sort(([a], [b]) => rank(a) - rank(b));
  return children.flatMap(([, child]) => leaves(child));
}

function containsHtml(value: unknown): boolean {
  return leaves(value).some((text) => readHtml(text).converted);
}

function htmlText(written: string, path: Path, notes: Notes): string {
  const { text, converted, escaped } = readHtml(written);
  if (converted) notes.changed(path, 'contains HTML, read as Markdown');
  if (escaped) notes.warn(path, 'contains HTML that is shown as text');
  return text;
}
