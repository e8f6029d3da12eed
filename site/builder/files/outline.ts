/** The résumé as sections of simple entries, in the order of the page. Text, Markdown and DOCX are rendered from it. */
import { formatDate, languageFor } from '../../language/index.ts';
import { en } from '../../language/en.ts';
import type { SectionKey } from '../../language/language.ts';
import { headingOf, type Settings } from '../../resume/settings.ts';
import type { Basics, Extra, Period, Project, Resume } from '../../resume/types.ts';
import { plain } from '../../theme/markdown.ts';
import { placeOf } from '../../theme/place.ts';
import { networkName } from '../../theme/profiles.ts';

export interface Entry {
  /** First line: position and employer, degree and field. */
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

export interface Section {
  key: string;
  heading: string;
  entries: Entry[];
}

export interface Outline {
  /** Between the parts of a list, with its space. */
  comma: string;
  sections: Section[];
}

/** An entry as its section writes it: parts that are missing are `undefined`. */
interface Parts {
  title: (string | undefined)[];
  details?: (string | undefined)[];
  url?: string | undefined;
  text?: string | undefined;
  bullets?: string[] | undefined;
  keywords?: string[] | undefined;
}

/** Empty sections and entries are left out. */
export function outline(resume: Resume, settings: Settings): Outline {
  const words = languageFor(settings.language) ?? en;
  const date = (text: string | undefined) => text && formatDate(settings.language, text);
  const when = ({ startDate, endDate }: Period) =>
    startDate ? `${date(startDate)} – ${endDate ? date(endDate) : words.present}` : date(endDate);

  const projects = (list: Project[] | undefined): Parts[] | undefined =>
    list?.map((project) => ({
      ...extras(project),
      title: [project.name],
      details: [
        when(project),
        project.roles?.join(words.comma),
        project.entity,
        project.type,
        project.location,
      ],
      text: project.description,
    }));

  const sections: Record<SectionKey, Parts[] | undefined> = {
    work: resume.work?.map((job) => ({
      title: [job.position, job.name],
      ...extras(job),
      details: [when(job), job.location, job.description && plain(job.description)],
    })),
    projects: projects(resume.projects),
    volunteer: resume.volunteer?.map((job) => ({
      title: [job.position, job.organization],
      ...extras(job),
      details: [when(job), job.location],
    })),
    education: resume.education?.map((school) => ({
      title: [school.studyType, school.area],
      ...extras(school),
      details: [
        school.institution,
        school.location,
        when(school),
        school.score && `${words.score} ${school.score}`,
      ],
      bullets: [...(school.highlights ?? []), ...(school.courses ?? [])],
    })),
    certificates: resume.certificates?.map(
      ({ name, issuer, location, date: day, startDate, endDate, ...rest }) => ({
        ...extras(rest),
        title: [name],
        details: [
          issuer,
          location,
          date(day),
          endDate ? when({ ...(startDate && { startDate }), endDate }) : date(startDate),
        ],
      }),
    ),
    awards: resume.awards?.map(({ title, awarder, location, date: day, ...rest }) => ({
      ...extras(rest),
      title: [title],
      details: [awarder, location, date(day)],
    })),
    publications: resume.publications?.map(
      ({ name, authors, publisher, location, releaseDate, ...rest }) => ({
        ...extras(rest),
        title: [name],
        details: [authors?.join(words.comma), publisher, location, date(releaseDate)],
      }),
    ),
    skills: resume.skills?.map(({ name, level, keywords, location, ...rest }) => ({
      ...extras(rest),
      title: [name, level],
      details: [keywords?.join(words.comma), location],
    })),
    interests: resume.interests?.map(({ name, keywords, location, ...rest }) => ({
      ...extras(rest),
      title: [name],
      details: [keywords?.join(words.comma), location],
    })),
    languages: resume.languages?.map(({ language, fluency, location, ...rest }) => ({
      ...extras(rest),
      title: [language, fluency],
      details: [location],
    })),
    references: resume.references?.map(({ name, reference, position, company, email, phone, url }) => ({
      title: [name],
      details: [position, company, email, phone],
      url,
      text: reference,
    })),
  };

  return {
    comma: words.comma,
    sections: settings.sections
      .map((key) => ({
        key,
        heading: headingOf(key, settings, words),
        entries: (sections[key as SectionKey] ?? projects((resume as Record<string, Project[]>)[key]) ?? [])
          .map((parts) => entry(parts, words.comma))
          .filter(hasContent),
      }))
      .filter(({ entries }) => entries.length > 0),
  };
}

/** What is shown the same way in every section. */
function extras({
  summary,
  url,
  highlights,
  keywords,
}: Extra): Pick<Parts, 'text' | 'url' | 'bullets' | 'keywords'> {
  return { text: summary, url, bullets: highlights, keywords };
}

function entry({ title, details, url, text, bullets, keywords }: Parts, comma: string): Entry {
  return {
    title: filled(title).join(comma),
    details: filled(details),
    url: url || undefined,
    text: text?.trim() ? text : undefined,
    bullets: filled(bullets),
    keywords: filled(keywords),
  };
}

function hasContent({ title, details, url, text, bullets, keywords }: Entry): boolean {
  return Boolean(title || url || text || details.length || bullets.length || keywords.length);
}

function filled(parts: (string | undefined)[] | undefined): string[] {
  return (parts ?? []).filter((part): part is string => Boolean(part?.trim()));
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
