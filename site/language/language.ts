/** What the page says in its own words, in one language. A new language is one file like `en.ts` and a line in `index.ts`. */

export interface Language {
  /** Headings of the sections, by their key in the résumé. */
  sections: Record<SectionKey, string>;
  location: string;
  email: string;
  phone: string;
  website: string;
  /** Between the parts of an address, with the space that belongs to it. */
  comma: string;
  courses: string;
  score: string;
  /** Stands where an entry has no end date. */
  present: string;
  skipToContent: string;
  visits: string;
  viewers: string;
  darkColors: string;
  plainText: string;
  contactCard: string;
  updated: string;
  notFound: { title: string; text: string; home: string };
}

/** The résumé's sections in the order in which the page shows them by default. */
export const SECTION_KEYS = [
  'work',
  'projects',
  'skills',
  'education',
  'certificates',
  'volunteer',
  'publications',
  'awards',
  'languages',
  'interests',
  'references',
] as const;

export type SectionKey = (typeof SECTION_KEYS)[number];
