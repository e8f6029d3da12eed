/** Variants of a résumé: the same person for another audience, from `meta.site.variants`. */
import { childrenOf, isObject, parsePath, type Path } from '../../shared/path.ts';
import { suggest } from '../../shared/suggest.ts';
import { SECTION_KEYS } from '../language/language.ts';
import { shown } from '../../shared/schema-error.ts';
import { customSections } from './settings.ts';
import type { Resume } from './types.ts';

export interface Variant {
  /** For the owner; not published. */
  name: string;
  /** Path of the page: `consulting`. */
  path: string;
  /** Paths to leave out, as in `private`. */
  hide?: string[];
  /** Sections and entries to keep: `skills`, `work[0]`. All others are left out. */
  show?: string[];
  label?: string;
  summary?: string;
  /** Sections to show first. */
  order?: string[];
}

/** Paths that the site uses for other things. */
export const RESERVED_PATHS = ['how', 'privacy', 'live', 'healthz', 'count', 'metrics', 'index', '404'];

const KEYS = ['name', 'path', 'hide', 'show', 'label', 'summary', 'order'];

type Report = (path: Path, message: string, hint?: string) => void;

/**
 * Checks `meta.site.variants`.
 * @param sections all that the résumé may have
 * @param leadsSomewhere whether a path matches anything in the résumé
 */
export function checkVariants(
  variants: unknown,
  sections: string[],
  leadsSomewhere: (path: string) => boolean,
  report: Report,
): void {
  if (variants === undefined) return;
  if (!Array.isArray(variants)) return report([], `is ${shown(variants)}, but must be a list of variants`);
  variants.forEach((variant: unknown, index) => {
    if (!isObject(variant)) return report([index], `is ${shown(variant)}, but must be an object`);
    const at: Report = (path, ...rest) => report([index, ...path], ...rest);
    checkKeys(variant, at);
    checkPath(variant['path'], at);
    if (variants.findIndex((other) => isObject(other) && other['path'] === variant['path']) < index)
      at(['path'], `repeats ${shown(variant['path'])}`, 'Each variant needs its own path.');
    checkPaths('hide', variant['hide'], sections, leadsSomewhere, at);
    checkPaths('show', variant['show'], sections, leadsSomewhere, at);
    checkOrder(variant['order'], sections, at);
  });
}

function checkKeys(variant: Record<string, unknown>, report: Report): void {
  for (const key of Object.keys(variant).filter((key) => !KEYS.includes(key))) {
    const meant = suggest(key, KEYS);
    report([key], 'is not a setting', meant ? `Did you mean "${meant}"?` : `Settings: ${KEYS.join(', ')}.`);
  }
  for (const key of ['name', 'label', 'summary']) {
    const value = variant[key];
    const isMissing = value === undefined && key !== 'name';
    if (!isMissing && (typeof value !== 'string' || !value.trim()))
      report(
        value === undefined ? [] : [key],
        `${value === undefined ? 'has no name' : `is ${shown(value)}, but must be a text`}`,
      );
  }
}

function checkPath(path: unknown, report: Report): void {
  if (path === undefined) return report([], 'has no path', 'Example: "path": "consulting".');
  if (typeof path !== 'string' || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(path))
    report(['path'], `is ${shown(path)}, but must be lower-case letters, digits and hyphens`);
  else if (RESERVED_PATHS.includes(path))
    report(['path'], `is "${path}", which the site uses itself`, `Reserved: ${RESERVED_PATHS.join(', ')}.`);
}

function checkPaths(
  key: 'hide' | 'show',
  paths: unknown,
  sections: string[],
  leadsSomewhere: (path: string) => boolean,
  report: Report,
): void {
  if (paths === undefined) return;
  if (!Array.isArray(paths)) return report([key], `is ${shown(paths)}, but must be a list of paths`);
  paths.forEach((text: unknown, index) => {
    const path = typeof text === 'string' ? parsePath(text) : undefined;
    const at = [key, index];
    if (!path) report(at, `is ${shown(text)}, which is not a path`, 'Examples: "references", "work[2]".');
    else if (!leadsSomewhere(String(text)))
      report(
        at,
        `is "${String(text)}", which is not in the résumé`,
        'Fix or delete it: a wrong path would publish what it should hide.',
      );
    else if (key === 'hide' && ['basics', 'basics.name'].includes(String(text)))
      report(at, `is "${String(text)}"`, 'A page needs a name.');
    else if (key === 'show' && (!sections.includes(String(path[0])) || path.length > 2))
      report(at, `is "${String(text)}"`, 'Name sections and entries, such as "skills" and "work[0]".');
  });
}

function checkOrder(order: unknown, sections: string[], report: Report): void {
  if (order === undefined) return;
  if (!Array.isArray(order)) return report(['order'], `is ${shown(order)}, but must be a list of sections`);
  order.forEach((key: unknown, index) => {
    if (!sections.includes(key as string))
      report(
        ['order', index],
        `is ${shown(key)}, which is not a section`,
        `Sections: ${sections.join(', ')}.`,
      );
  });
}

/**
 * The paths of the sections and entries that `show` does not name.
 * @param file as written; the sections of `resume` may have other keys there
 */
export function hiddenByShow(show: string[], file: unknown, resume: Resume): string[] {
  const wanted = show.map((text) => parsePath(text) ?? []);
  return [...SECTION_KEYS, ...customSections(resume)].flatMap((key) => {
    const entries = [file, resume].map((value) => (isObject(value) ? value[key] : undefined)).find(Boolean);
    const paths = wanted.filter(([section]) => section === key);
    if (!paths.length) return [key];
    if (paths.some(({ length }) => length === 1)) return [];
    return childrenOf(entries)
      .map(([index]) => index)
      .filter((index) => !paths.some(([, entry]) => entry === '*' || entry === index))
      .map((index) => `${key}[${index}]`);
  });
}

/** The résumé with the variant's label and summary. */
export function withVariant(resume: Resume, { label, summary }: Variant): Resume {
  return {
    ...resume,
    basics: { ...resume.basics, ...(label && { label }), ...(summary && { summary }) },
  };
}
