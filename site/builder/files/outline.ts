/** What the text files print: each entry in at most six parts, and the ways to reach the person. */
import { formatDate, languageFor } from '../../language/index.ts';
import { en } from '../../language/en.ts';
import type { Settings } from '../../resume/settings.ts';
import type { Basics, Resume } from '../../resume/types.ts';
import { plain } from '../../theme/markdown.ts';
import * as page from '../../theme/outline.ts';
import { placeOf } from '../../theme/place.ts';
import { networkName } from '../../theme/profiles.ts';

export interface Entry {
  /** First line: position and employer, degree and school, skill and level. */
  title: string;
  /** Second line: dates, place. */
  details: string[];
  url?: string | undefined;
  /** Markdown. */
  text?: string | undefined;
  /** Markdown, one line each. */
  bullets: string[];
  keywords: string[];
}

export interface Outline {
  /** Between the parts of a list, with its space. */
  comma: string;
  sections: { key: string; heading: string; entries: Entry[] }[];
}

export function outline(resume: Resume, settings: Settings): Outline {
  const { comma, present } = languageFor(settings.language) ?? en;
  const day = (date: string | undefined) => (date ? formatDate(settings.language, date) : present);
  const sections = page.outline(resume, settings).map(({ entries, ...section }) => ({
    ...section,
    entries: entries.map(({ title, at, details, description, dates = [], ...entry }): Entry => {
      const links = [title, at, ...details].filter((part) => typeof part === 'object');
      const texts = details.map((detail) => (typeof detail === 'object' ? detail.text : detail));
      const when = dates.map((date) => date?.map(day).join(' – '));
      return {
        title: filled([title.text, at?.text, entry.level]).join(comma),
        details: filled([...when, ...texts, description && plain(description)]),
        url: links.find(({ url }) => url && !url.startsWith('mailto:'))?.url,
        text: entry.summary,
        bullets: [...(entry.highlights ?? []), ...(entry.courses ?? [])],
        keywords: entry.keywords ?? [],
      };
    }),
  }));
  return { comma, sections };
}

function filled(parts: (string | undefined)[]): string[] {
  return parts.filter((part): part is string => Boolean(part?.trim()));
}

/** One way to reach the person: words such as a phone number or a network and its user name, then a link. */
export interface Contact {
  words: string[];
  link?: { text: string; href: string } | undefined;
}

export function contacts(
  { email, phone, url, location, profiles = [] }: Basics,
  language: string,
  comma: string,
): Contact[] {
  const { parts, country } = placeOf(location ?? {}, language);
  const link = (text: string | undefined, href = text) => (text && href ? { text, href } : undefined);
  const all = [
    { words: [], link: link(email, `mailto:${email}`) },
    { words: [phone], link: undefined },
    { words: [filled([...parts, country?.name]).join(comma)], link: undefined },
    { words: [], link: link(url) },
    ...profiles.map((profile) => ({
      words: [networkName(profile), profile.username],
      link: link(profile.url),
    })),
  ];
  return all
    .map(({ words, link }) => ({ words: filled(words), link }))
    .filter(({ words, link }) => words.length || link);
}
