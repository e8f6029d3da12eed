/**
 * Turns any file that a person would call a résumé into JSON Resume 1.2, and notes every change.
 * The rule: read whatever can be understood, drop nothing that contains text. docs/resume.md lists the rules.
 */
import { childrenOf, isObject, type Path } from '../../../shared/path.ts';
import type { Problem } from '../../../shared/problem.ts';
import { isDate } from '../../language/index.ts';
import { SECTION_KEYS, type SectionKey } from '../../language/language.ts';
import { customSections } from '../settings.ts';
import type { Resume } from '../types.ts';
import { readBasics, splitTopLevel } from './basics.ts';
import { clean } from './clean.ts';
import { plainKey, SECTIONS } from './fields.ts';
import { setLanguage } from './language.ts';
import { Notes } from './notes.ts';
import { keepUnknown } from './read-fields.ts';
import { readSection } from './sections.ts';

export interface Normalised {
  resume: Resume;
  notes: Problem[];
}

/** Never throws. A value that is not an object gives an empty résumé. */
export function normalise(value: unknown): Normalised {
  const { value: found, path } = unwrap(value);
  const notes = new Notes(path);
  const input = clean(found, [], notes);
  const output: Record<string, unknown> = {};
  if (!isObject(input)) return { resume: {}, notes: notes.problems };

  const { basics, rest } = splitTopLevel(input);
  const read = readBasics(basics, notes);
  if (Object.keys(read).length) output['basics'] = read;
  // First: under another name, `talks` would be read as publications.
  for (const key of customSections(input)) {
    const entries = readSection(SECTIONS.projects, rest[key], [key], notes);
    if (entries.length) output[key] = entries;
    delete rest[key];
  }
  for (const [key, path, list] of sectionsOf(rest)) {
    const entries = readSection(SECTIONS[key], list, path, notes);
    if (path[0] !== key) notes.changed(path, `→ ${key}`);
    if (entries.length) output[key] = [...((output[key] as unknown[]) ?? []), ...entries];
    delete rest[path[0] as string];
  }
  if (isObject(rest['meta'])) output['meta'] = rest['meta'];
  if (typeof rest['$schema'] === 'string') output['$schema'] = rest['$schema'];
  for (const [key, inner] of Object.entries(rest))
    if (!['meta', '$schema'].includes(key) && !key.startsWith('x-') && inner !== undefined)
      keepUnknown(output, key, inner, ['basics', 'meta', ...SECTION_KEYS], [key], notes);
  const resume = ordered(output);
  setLanguage(resume, input, notes);
  checkPeriods(resume, notes);
  return { resume, notes: notes.problems };
}

/** `{ "resume": { … } }` and `[{ … }]` */
function unwrap(value: unknown): { value: unknown; path: Path } {
  const [[key, inner] = [], ...more] = childrenOf(value);
  const isWrapper = key === 0 || /^(resume|résumé|cv|data|jsonresume)$/i.test(String(key));
  return isWrapper && isObject(inner) && !more.length ? { value: inner, path: [key!] } : { value, path: [] };
}

/** The schema's own keys first, so that entries under other names follow them. */
function sectionsOf(input: Record<string, unknown>): [SectionKey, Path, unknown][] {
  const found: [SectionKey, Path, unknown][] = [];
  const keys = Object.keys(input);
  for (const section of SECTION_KEYS)
    if (Object.hasOwn(input, section)) found.push([section, [section], input[section]]);
  for (const section of SECTION_KEYS) {
    for (const aka of [section, ...SECTIONS[section].aka]) {
      for (const key of keys) {
        const isTaken = found.some(([, [taken]]) => taken === key);
        if (isTaken || plainKey(key) !== plainKey(aka)) continue;
        // One word under an unusual key, such as "language": "en", is rarely a section.
        if (typeof input[key] === 'object' || SECTIONS[section].keyed)
          found.push([section, [key], input[key]]);
      }
    }
  }
  return found;
}

/** Keys in the schema's order. */
function ordered(output: Record<string, unknown>): Resume {
  const order = [
    '$schema',
    'basics',
    'work',
    'volunteer',
    'education',
    'awards',
    'certificates',
    'publications',
    'skills',
    'languages',
    'interests',
    'references',
    'projects',
  ];
  const keys = [
    ...order.filter((key) => key in output),
    ...Object.keys(output).filter((key) => !order.includes(key)),
  ];
  return Object.fromEntries(keys.map((key) => [key, output[key]]));
}

function checkPeriods(resume: Resume, notes: Notes): void {
  for (const section of SECTION_KEYS) {
    for (const [index, entry] of childrenOf(resume[section])) {
      const { startDate, endDate } = entry as { startDate?: string; endDate?: string };
      if (!startDate || !endDate || !isDate(startDate) || !isDate(endDate)) continue;
      // At the coarser precision: 2024 does not end before 2024-06.
      const length = Math.min(startDate.length, endDate.length);
      if (endDate.slice(0, length) < startDate.slice(0, length))
        notes.warn(
          [section, index, 'endDate'],
          `is before startDate: ${startDate} – ${endDate}. Are they swapped?`,
        );
    }
  }
}
