/** The résumé as plain text, for forms and for programs that read résumés. */
import { countryName, formatDate, languageFor } from '../../language/index.ts';
import { en } from '../../language/en.ts';
import type { Settings } from '../../resume/settings.ts';
import type { Basics, Period, Resume } from '../../resume/types.ts';
import { plain } from '../../theme/markdown.ts';

interface TextEntry {
  /** First line. */
  title: (string | undefined)[];
  /** Second line. */
  details?: (string | undefined)[];
  url?: string | undefined;
  text?: string | undefined;
  bullets?: string[] | undefined;
  words?: string[] | undefined;
}

export function plainText(resume: Resume, settings: Settings): string {
  const words = languageFor(settings.language) ?? en;
  const date = (text: string | undefined) => text && formatDate(settings.language, text);
  const when = ({ startDate, endDate }: Period) =>
    startDate ? `${date(startDate)} – ${endDate ? date(endDate) : words.present}` : date(endDate);

  const sections: Record<Settings['sections'][number], TextEntry[] | undefined> = {
    work: resume.work?.map((job) => ({
      title: [job.position, job.name],
      details: [when(job), job.location, job.description && plain(job.description)],
      url: job.url,
      text: job.summary,
      bullets: job.highlights,
    })),
    projects: resume.projects?.map((project) => ({
      title: [project.name],
      details: [when(project), project.roles?.join(words.comma), project.entity, project.type],
      url: project.url,
      text: project.description,
      bullets: project.highlights,
      words: project.keywords,
    })),
    volunteer: resume.volunteer?.map((job) => ({
      title: [job.position, job.organization],
      details: [when(job)],
      url: job.url,
      text: job.summary,
      bullets: job.highlights,
    })),
    education: resume.education?.map((school) => ({
      title: [school.studyType, school.area],
      details: [school.institution, when(school), school.score && `${words.score} ${school.score}`],
      url: school.url,
      bullets: school.courses,
    })),
    certificates: resume.certificates?.map(({ name, issuer, date: day, url }) => ({
      title: [name],
      details: [issuer, date(day)],
      url,
    })),
    awards: resume.awards?.map(({ title, awarder, date: day, summary }) => ({
      title: [title],
      details: [awarder, date(day)],
      text: summary,
    })),
    publications: resume.publications?.map(({ name, publisher, releaseDate, url, summary }) => ({
      title: [name],
      details: [publisher, date(releaseDate)],
      url,
      text: summary,
    })),
    skills: resume.skills?.map(({ name, level, keywords }) => ({
      title: [name, level],
      details: [keywords?.join(words.comma)],
    })),
    interests: resume.interests?.map(({ name, keywords }) => ({
      title: [name],
      details: [keywords?.join(words.comma)],
    })),
    languages: resume.languages?.map(({ language, fluency }) => ({ title: [language, fluency] })),
    references: resume.references?.map(({ name, reference }) => ({ title: [name], text: reference })),
  };

  const text = (entry: TextEntry) => entryText(entry, words.comma);
  const parts = [who(resume.basics ?? {}, settings.language, words.comma)];
  for (const key of settings.sections) {
    const entries = sections[key];
    if (!entries?.length) continue;
    const heading = (settings.labels[key] ?? words.sections[key]).toLocaleUpperCase(settings.language);
    // One line each needs no air between them.
    const separator = entries.every((entry) => text(entry).split('\n').length === 1) ? '\n' : '\n\n';
    parts.push(`${heading}\n\n${entries.map(text).join(separator)}`);
  }
  return `${parts.join('\n\n\n')}\n`;
}

function who(basics: Basics, language: string, comma: string): string {
  const { name, label, email, phone, url, summary, location, profiles } = basics;
  const { address, postalCode, city, region, countryCode } = location ?? {};
  const place = [
    address,
    [postalCode, city].filter(Boolean).join(' '),
    region,
    countryCode && countryName(language, countryCode),
  ];
  return lines(
    name,
    label,
    '',
    email,
    phone,
    place.filter(Boolean).join(comma),
    url,
    ...(profiles ?? []).map(({ network, username, url }) =>
      [network, username, url].filter(Boolean).join(' · '),
    ),
    summary && `\n${wrap(plain(summary))}`,
  );
}

function entryText({ title, details, url, text, bullets, words }: TextEntry, comma: string): string {
  return lines(
    title.filter(Boolean).join(comma),
    details?.filter(Boolean).join(' · '),
    url,
    text && wrap(plain(text)),
    ...(bullets ?? []).map((bullet) => wrap(plain(bullet), '- ')),
    words?.join(comma),
  );
}

/** Leaves out what is missing; an empty line stays. */
function lines(...parts: (string | undefined)[]): string {
  return parts.filter((part, index) => part || (part === '' && index === 2)).join('\n');
}

const WIDTH = 78;

/** Breaks at spaces; later lines stand under the first. */
function wrap(text: string, prefix = ''): string {
  const indent = ' '.repeat(prefix.length);
  return text
    .split('\n')
    .map((paragraph) => {
      const rows = [''];
      for (const word of paragraph.split(' ')) {
        const row = rows.at(-1)!;
        if (row && row.length + 1 + word.length > WIDTH - prefix.length) rows.push(word);
        else rows[rows.length - 1] = row ? `${row} ${word}` : word;
      }
      return rows.map((row, index) => (index ? indent : prefix) + row).join('\n');
    })
    .join('\n');
}
