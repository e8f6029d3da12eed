/**
 * What the owner can say about the site itself, in the résumé's `meta.site`:
 *
 *     url       where the page will be: makes canonical, sitemap and card absolute
 *     language  BCP 47 tag of the résumé's language; `en` by default
 *     sections  keys of sections in the order in which they come; those not named follow in the usual order
 *     labels    own headings of sections, by key
 *     private   paths that stay out of everything public, such as `basics.phone`, `references`, `work[2].summary`
 *     hue       hue of the accent colour, 0 to 360 degrees (OKLCH)
 */
import { SECTION_KEYS, type SectionKey } from '../language/language.ts';
import type { Resume } from './types.ts';

export interface Settings {
  /** Absolute, with a slash at the end. */
  url?: string;
  language: string;
  sections: SectionKey[];
  labels: Partial<Record<SectionKey, string>>;
  private: string[];
  hue?: number;
}

type SiteMeta = Partial<Settings>;

/** Expects a résumé that was checked. `override.url` goes before the résumé's own. */
export function settingsOf(resume: Resume, override: { url?: string | undefined } = {}): Settings {
  const meta = (resume.meta?.['site'] ?? {}) as SiteMeta;
  const first = meta.sections ?? [];
  const url = override.url ?? meta.url;
  return {
    ...(url && { url: url.replace(/\/*$/, '/') }),
    language: Intl.getCanonicalLocales(meta.language ?? 'en')[0]!,
    sections: [...first, ...SECTION_KEYS.filter((key) => !first.includes(key))],
    labels: meta.labels ?? {},
    private: meta.private ?? [],
    ...(meta.hue !== undefined && { hue: meta.hue }),
  };
}

/** `meta.lastModified` where it is a date: ISO 8601. */
export function lastModified(resume: Resume): string | undefined {
  const value = resume.meta?.['lastModified'];
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined;
}
