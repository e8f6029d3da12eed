/**
 * Turns any file that a person would call a résumé into JSON Resume 1.2, and notes every change.
 * The rule: read whatever can be understood, drop nothing that contains text. docs/resume.md lists the rules.
 */
import { childrenOf, isObject, type Path } from '../../../shared/path.ts';
import { shown } from '../../../shared/schema-error.ts';
import { suggest } from '../../../shared/suggest.ts';
import { isDate } from '../../language/index.ts';
import { SECTION_KEYS, type SectionKey } from '../../language/language.ts';
import { isCustomSection, lastModified, listedSections } from '../settings.ts';
import type { Resume, Work } from '../types.ts';
import { readBasics, splitTopLevel } from './basics.ts';
import { clean } from './clean.ts';
import { plainKey, SECTIONS } from './fields.ts';
import { pageLanguage, setLanguage } from './language.ts';
import { Notes, type Note } from './notes.ts';
import { keepUnknown } from './read-fields.ts';
import { readSection } from './sections.ts';

const KEYS = ['basics', 'meta', ...SECTION_KEYS];

/** Characters that fit next to the employer's name. */
const MAX_DESCRIPTION = 120;

export interface Normalised {
  resume: Resume;
  notes: Note[];
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
  for (const key of listedSections(input)) {
    readCustomSection(output, key, rest[key], notes);
    delete rest[key];
  }
  for (const entry of Object.entries(rest)) if (pageLanguage(entry)) delete rest[entry[0]];
  const labels = readLabels(rest, notes);
  splitSections(rest, notes);
  for (const [key, path, list] of sectionsOf(rest)) {
    const entries = readSection(SECTIONS[key], list, path, notes);
    if (path[0] !== key) notes.changed(path, `→ ${key}`);
    if (entries.length) output[key] = [...((output[key] as unknown[]) ?? []), ...entries];
    delete rest[path[0] as string];
  }
  if (isObject(rest['meta'])) output['meta'] = rest['meta'];
  if (labels) output['meta'] = { site: { labels }, ...(output['meta'] as object | undefined) };
  if (typeof rest['$schema'] === 'string') output['$schema'] = rest['$schema'];
  for (const [key, inner] of Object.entries(rest)) {
    if (['meta', '$schema'].includes(key) || key.startsWith('x-') || inner === undefined) continue;
    if (!isCustomSection(key, inner)) keepUnknown(output, key, inner, KEYS, [key], notes);
    else if (readCustomSection(output, key, inner, notes)) {
      const meant = suggest(key, KEYS);
      const what = 'is shown as a section of its own';
      if (meant) notes.unknownKey([key], `Did you mean "${meant}"?`, what);
      else notes.changed([key], what);
    }
  }
  const resume = ordered(output);
  for (const [index, job] of (resume.work ?? []).entries()) moveLongDescription(job, index, notes);
  setLanguage(resume, input, notes);
  checkDates(resume, notes);
  return { resume, notes: notes.problems };
}

/**
 * Its entries are read as projects: a position or an organization replaces a missing name.
 * @returns whether there are any
 */
function readCustomSection(
  output: Record<string, unknown>,
  key: string,
  value: unknown,
  notes: Notes,
): boolean {
  const entries = readSection(SECTIONS.projects, value, [key], notes).map((entry) => {
    const { roles, entity, ...rest } = entry;
    if (entry['name'] || !(roles ?? entity)) return entry;
    return Array.isArray(roles)
      ? { name: roles.join(', '), ...(entity !== undefined && { entity }), ...rest }
      : { name: entity, ...rest };
  });
  output[key] = entries;
  return entries.length > 0;
}

/** `{ "resume": { … } }`, `[{ … }]`, and the files of RenderCV and yamlresume. */
function unwrap(value: unknown): { value: unknown; path: Path } {
  if (isObject(value) && isObject(value['cv']) && isObject(value['cv']['sections'])) {
    const { sections, ...person } = value['cv'];
    return { value: { ...person, ...sections }, path: ['cv'] };
  }
  if (isObject(value) && isObject(value['content']) && isObject(value['content']['basics']))
    return { value: value['content'], path: ['content'] };
  const [[key, inner] = [], ...more] = childrenOf(value);
  const isWrapper = key === 0 || /^(resume|résumé|cv|data|jsonresume)$/i.test(String(key));
  return isWrapper && isObject(inner) && !more.length ? { value: inner, path: [key!] } : { value, path: [] };
}

/** `"sections": [{ "title": "Work", "rows": […] }]` becomes `"Work": […]`. */
function splitSections(rest: Record<string, unknown>, notes: Notes): void {
  for (const [key, value] of Object.entries(rest)) {
    const parts = key === 'sections' && Array.isArray(value) ? value : [value];
    // What is private left a hole.
    const titled = parts.filter((part) => part !== undefined).map(titledList);
    const lists = titled.filter((list) => list !== undefined);
    if (!lists.length || lists.length < titled.length) continue;
    if (key !== 'sections' && (!isCustomSection(key, lists[0]![1]) || sectionNamed(key))) continue;
    delete rest[key];
    for (const [title, list] of lists) {
      // A title may be "meta" or "constructor".
      const isPossible = sectionNamed(title) || (isCustomSection(title, list) && !(title in {}));
      const name = isPossible ? title : key;
      rest[name] = [Object.hasOwn(rest, name) ? rest[name] : [], list].flat();
    }
    notes.changed([key], `→ ${lists.map(([title]) => title).join(', ')}`);
  }
}

/** `{ "title": "Tools", "items": ["Go"] }`, with any key for the only list. */
function titledList(value: unknown): [title: string, list: unknown[]] | undefined {
  const { title, ...rest } = isObject(value) ? value : {};
  const [list, ...more] = Object.values(rest).filter((inner) => Array.isArray(inner));
  return typeof title === 'string' && title.trim() && list && !more.length ? [title, list] : undefined;
}

/** Headings by section: visiky's `{ "workExpList": "工作经历" }`, and bamos' list of pairs. */
function readLabels(rest: Record<string, unknown>, notes: Notes): Record<string, string> | undefined {
  for (const key of ['titleNameMap', 'order']) {
    const value = rest[key];
    const pairs = isObject(value) ? Object.entries(value) : Array.isArray(value) ? value : [];
    const isPair = (pair: unknown) =>
      Array.isArray(pair) && pair.length === 2 && pair.every((text) => typeof text === 'string');
    if (!pairs.length || !pairs.every(isPair)) continue;
    delete rest[key];
    notes.changed([key], '→ meta.site.labels');
    const labels: Record<string, string> = {};
    for (const [name, label] of pairs as [string, string][]) {
      const section = sectionNamed(name);
      if (section && label.trim()) labels[section] ??= label;
    }
    return labels;
  }
  return undefined;
}

function sectionNamed(key: string): SectionKey | undefined {
  return SECTION_KEYS.find((section) =>
    [section, ...SECTIONS[section].aka].some((aka) => plainKey(aka) === plainKey(key)),
  );
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

/** In JSON Resume, `description` is a few words about the employer; many files hold the job's text there. */
function moveLongDescription(job: Work, index: number, notes: Notes): void {
  if (job.summary !== undefined || (job.description?.length ?? 0) <= MAX_DESCRIPTION) return;
  job.summary = job.description!;
  delete job.description;
  notes.changed(['work', index, 'description'], '→ summary');
}

const ORDER =
  '$schema basics work volunteer education awards certificates publications skills languages interests references projects'.split(
    ' ',
  );

/** Keys in the schema's order. */
function ordered(output: Record<string, unknown>): Resume {
  const keys = new Set([...ORDER.filter((key) => key in output), ...Object.keys(output)]);
  return Object.fromEntries([...keys].map((key) => [key, output[key]]));
}

function checkDates(resume: Resume, notes: Notes): void {
  const updated = resume.meta?.['lastModified'];
  if (updated && lastModified(resume) === undefined)
    notes.warn(
      ['meta', 'lastModified'],
      `is ${shown(updated)}, which is not a date; the page omits it`,
      'Write it like 2024-06-29.',
    );
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
