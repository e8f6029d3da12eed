import type { SectionKey } from '../language/language.ts';
import { headingOf, type Settings } from '../resume/settings.ts';
import type { Resume } from '../resume/types.ts';
import type { Context } from './context.ts';
import { awards, certificates, education, projects, publications, volunteer } from './entries.ts';
import { markup, type Html } from './html.ts';
import { direction } from './text.ts';
import { interests, languages, references, skills } from './lists.ts';
import { work } from './work.ts';

type Sections = { [Key in SectionKey]: (context: Context, list: NonNullable<Resume[Key]>) => Html[] };

const SECTIONS: Sections = {
  work,
  projects,
  skills,
  education,
  certificates,
  volunteer,
  publications,
  awards,
  languages,
  interests,
  references,
};

/** Characters of text from which a page gets a table of contents: about eight screens. */
const LONG_PAGE = 10_000;

/** The sections in the order of the settings, without empty ones. Long pages start with links to them. */
export function sections(context: Context, resume: Resume, settings: Settings): Html[] {
  const keys = settings.sections.filter((key) => (resume as Record<string, unknown[]>)[key]?.length);
  const label = (key: string) => headingOf(key, settings, context.words);
  const list = keys.map((key) => {
    const render = (SECTIONS[key as SectionKey] ?? projects) as (context: Context, list: unknown) => Html[];
    return markup`<section id="${idOf(key)}" aria-label="${label(key)}"><h2${direction(context, label(key))}>${label(key)}</h2><div class="entries">${render(context, resume[key as SectionKey])}</div></section>`;
  });
  const length = list.reduce((sum, { text }) => sum + text.replace(/<[^>]*>/g, '').length, 0);
  if (length < LONG_PAGE) return list;
  const links = keys.map((key) => markup`<li><a href="#${idOf(key)}">${label(key)}</a></li> `);
  return [markup`<nav class="contents"><ul>${links}</ul></nav>`, ...list];
}

/** An id must not contain spaces. */
function idOf(key: string): string {
  return key.replace(/\s+/g, '-');
}
