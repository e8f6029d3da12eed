/** The page's labels in one language. To add a language, copy `en.ts` and list it in `index.ts`. */

export interface Language {
  /** Section headings. */
  sections: Record<SectionKey, string>;
  location: string;
  email: string;
  phone: string;
  website: string;
  /** Separates the parts of a list or address; includes the space. */
  comma: string;
  courses: string;
  score: string;
  /** Replaces a missing end date. */
  present: string;
  skipToContent: string;
  visits: string;
  viewers: string;
  /** Next to the numbers, for the page's owner. */
  notCounted: string;
  /** Two sentences: this link counts how often it is opened; it does not record who you are. */
  countedLink: string;
  darkColors: string;
  plainText: string;
  contactCard: string;
  updated: string;
  notFound: { title: string; text: string; home: string };
}

/** The résumé's sections, in the page's default order. */
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
