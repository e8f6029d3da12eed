/** What each section of a résumé shows. The page and the text files are rendered from it. */
import { formatDate, languageFor, spokenLanguage } from '../language/index.ts';
import { en } from '../language/en.ts';
import type { Language, SectionKey } from '../language/language.ts';
import { headingOf, type Settings } from '../resume/settings.ts';
import type { Extra, Interest, Period, Resume } from '../resume/types.ts';

export interface Section {
  key: string;
  heading: string;
  entries: Entry[];
}

export interface Entry {
  /** Position, degree or name. */
  title: Linked;
  /** The employer or school, unless it is the title. */
  at?: Linked | undefined;
  details: (Linked | string | undefined)[];
  /** Markdown, a few words about the employer. */
  description?: string | undefined;
  dates?: (Dates | undefined)[];
  /** Of a skill or language. */
  level?: string | undefined;
  /** Markdown. */
  summary?: string | undefined;
  /** Markdown, one line each. */
  highlights?: string[] | undefined;
  courses?: string[] | undefined;
  keywords?: string[] | undefined;
}

export interface Linked {
  text?: string | undefined;
  url?: string | undefined;
}

/** One date, or a start with its end; `undefined` is an end that has not come. */
export type Dates = [date: string] | [start: string, end: string | undefined];

/** The sections in the order of the settings. Empty ones and empty entries are left out. */
export function outline(resume: Resume, settings: Settings): Section[] {
  const { language } = settings;
  const words = languageFor(language) ?? en;
  const { projects, ...sections } = describe(words, language);
  return settings.sections
    .map((key) => {
      const render = ((sections as Record<string, unknown>)[key] ?? projects) as (entry: unknown) => Entry;
      const entries = (resume as Record<string, unknown[]>)[key] ?? [];
      return {
        key,
        heading: headingOf(key, settings, words),
        entries: entries.map(render).filter(hasContent),
      };
    })
    .filter(({ entries }) => entries.length > 0);
}

type Describe = { [Key in SectionKey]: (entry: NonNullable<Resume[Key]>[number]) => Entry };

function describe(words: Language, tag: string): Describe {
  const period = ({ startDate, endDate }: Period): Dates | undefined => {
    if (!startDate) return endDate ? [endDate] : undefined;
    return endDate && formatDate(tag, startDate) === formatDate(tag, endDate)
      ? [endDate]
      : [startDate, endDate];
  };
  const day = (date: string | undefined): Dates | undefined => (date ? [date] : undefined);
  const list = (texts: (string | undefined)[] = []) => texts.filter(Boolean).join(words.comma);

  return {
    work: ({ name, url, position, location, description, ...job }) => ({
      ...body(job),
      ...titled(position, { text: name, url }),
      details: [location],
      description,
      dates: [period(job)],
    }),
    projects: ({ name, url, description, roles, entity, type, location, ...project }) => ({
      ...body(project),
      title: { text: name, url },
      details: [list(roles), entity, type, location],
      summary: description,
      dates: [period(project)],
    }),
    volunteer: ({ organization, url, position, location, ...job }) => ({
      ...body(job),
      ...titled(position, { text: organization, url }),
      details: [location],
      dates: [period(job)],
    }),
    education: ({ institution, url, area, studyType, score, location, courses, ...school }) => ({
      ...body(school),
      ...titled(list([studyType, area]), { text: institution, url }),
      details: [location, score && `${words.score} ${score}`],
      dates: [period(school)],
      courses,
    }),
    awards: ({ title, url, awarder, location, date, ...award }) => ({
      ...body(award),
      title: { text: title, url },
      details: [awarder, location],
      dates: [day(date)],
    }),
    // A certificate has a date and a validity. Without an end it is not valid until "Present".
    certificates: ({ name, url, issuer, location, date, startDate = date, endDate, ...certificate }) => ({
      ...body(certificate),
      title: { text: name, url },
      details: [issuer, location],
      dates: [
        date === startDate ? undefined : day(date),
        endDate ? period({ ...(startDate && { startDate }), endDate }) : day(startDate),
      ],
    }),
    publications: ({ name, url, authors, publisher, location, releaseDate, ...publication }) => ({
      ...body(publication),
      title: { text: name, url },
      details: [list(authors), publisher, location],
      dates: [day(releaseDate)],
    }),
    skills: ({ level, ...skill }) => ({ ...named(skill), level }),
    interests: named,
    languages: ({ language, fluency, ...rest }) => ({
      ...named({ ...rest, ...(language && { name: spokenLanguage(tag, language) }) }),
      level: fluency,
    }),
    references: ({ name, reference, position, company, email, phone, url }) => ({
      title: { text: name },
      details: [position, company, email && { text: email, url: `mailto:${email}` }, phone, { url }],
      summary: reference,
    }),
  };
}

/** What every section shows the same way. An entry may have unknown keys, of any type. */
function body({ summary, highlights, keywords }: Extra): Pick<Entry, 'summary' | 'highlights' | 'keywords'> {
  return { summary, highlights, keywords };
}

function named({ name, url, location, ...rest }: Interest): Entry {
  return { ...body(rest), title: { text: name, url }, details: [location] };
}

/** Without a title of its own, the entry is the place. */
function titled(text: string | undefined, at: Linked): Pick<Entry, 'title' | 'at'> {
  return text ? { title: { text }, at } : { title: at };
}

function hasContent({ title, at, details, ...entry }: Entry): boolean {
  const { description, level, summary, highlights = [], courses = [], keywords = [] } = entry;
  const linked = [title, at, ...details].map((part) =>
    typeof part === 'object' ? (part.text ?? part.url) : part,
  );
  return [...linked, description, level, summary, ...highlights, ...courses, ...keywords].some((text) =>
    text?.trim(),
  );
}
