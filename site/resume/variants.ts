/** Variants of a résumé: the same person for another audience, from `meta.site.variants`. */
import { childrenOf, isObject, parsePath } from '../../shared/path.ts';
import { SECTION_KEYS } from '../language/language.ts';
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
