/**
 * The owner's settings for the site, from `meta.site`:
 *
 *     url       the page's URL, for canonical link, sitemap and card
 *     language  BCP 47 tag of the résumé's language; `en` by default
 *     sections  the order of the sections; those not listed follow in the usual order. May name sections of the owner's own
 *     labels    custom section headings, by section
 *     private   paths to keep out of everything published: `basics.phone`, `references`, `work[2].summary`
 *     variants  the same person for other audiences, each at its own unlisted path (variants.ts)
 *     hue       hue of the accent colour, 0 to 360 degrees (OKLCH)
 *     how       `false` leaves out the page that explains the counter, /how
 *     links     `false` leaves out counted links: the page ignores `?for=`
 *     pages     how many pages resume.pdf should have, 1 to 9; the text shrinks to 9 pt at most
 */
import { isObject } from '../../shared/path.ts';
import { SECTION_KEYS, type Language, type SectionKey } from '../language/language.ts';
import type { Resume } from './types.ts';
import type { Variant } from './variants.ts';

export interface Settings {
  /** Absolute, with a trailing slash. */
  url?: string;
  language: string;
  /** Of JSON Resume, and the owner's own. */
  sections: string[];
  labels: Record<string, string>;
  private: string[];
  variants: Variant[];
  hue?: number;
  pages?: number;
  /** Whether there is a /how. */
  how: boolean;
  /** Whether visits through counted links are counted for them. */
  links: boolean;
}

type SiteMeta = Partial<Settings>;

/** Expects a checked résumé. `override.url` overrides `meta.site.url`. */
export function settingsOf(resume: Resume, override: { url?: string | undefined } = {}): Settings {
  const meta = (resume.meta?.['site'] ?? {}) as SiteMeta;
  const first = meta.sections ?? [];
  const url = override.url ?? meta.url;
  return {
    ...(url && { url: url.replace(/\/*$/, '/') }),
    language: Intl.getCanonicalLocales(meta.language ?? 'en')[0]!,
    sections: [...new Set([...first, ...SECTION_KEYS, ...customSections(resume)])],
    labels: meta.labels ?? {},
    private: meta.private ?? [],
    variants: meta.variants ?? [],
    how: meta.how ?? true,
    links: meta.links ?? true,
    ...(meta.hue !== undefined && { hue: meta.hue }),
    ...(meta.pages !== undefined && { pages: meta.pages }),
  };
}

/** `meta.lastModified` if it is a date (ISO 8601). */
export function lastModified(resume: Resume): string | undefined {
  const value = resume.meta?.['lastModified'];
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

/** Keys at the top that hold no section, although they may hold a list. */
const NO_SECTIONS: readonly string[] = [...SECTION_KEYS, 'basics', 'meta', '$schema', 'sections'];

/** Whether a key at the top is a section that JSON Resume does not have. */
export function isCustomSection(key: string, value: unknown): boolean {
  return Array.isArray(value) && !NO_SECTIONS.includes(key) && !/^(_|x-)/.test(key);
}

/** Sections of a normalised résumé that JSON Resume does not have. Their entries are projects. */
export function customSections(resume: Resume): string[] {
  return Object.entries(resume).flatMap(([key, value]) => (isCustomSection(key, value) ? [key] : []));
}

/** Those that `meta.site.sections` of a file lists. */
export function listedSections(file: Record<string, unknown>): string[] {
  const { meta } = file;
  const sections = isObject(meta) && isObject(meta['site']) ? meta['site']['sections'] : undefined;
  if (!Array.isArray(sections)) return [];
  return sections.filter((key) => typeof key === 'string' && isCustomSection(key, file[key]));
}

/** `openSource` is "Open source", unless `labels` says otherwise. */
export function headingOf(key: string, { labels }: Settings, words: Language): string {
  const spaced = key
    .replaceAll(/(?<=[a-z\d])[A-Z]|[-_]+/g, (part) => ` ${part.toLowerCase()}`)
    .replaceAll(/[-_]/g, '');
  return labels[key] ?? words.sections[key as SectionKey] ?? spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
