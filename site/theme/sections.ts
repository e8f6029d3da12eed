import type { SectionKey } from '../language/language.ts';
import type { Settings } from '../resume/settings.ts';
import type { Resume } from '../resume/types.ts';
import type { Context } from './context.ts';
import { awards, certificates, education, projects, publications, volunteer } from './entries.ts';
import { markup, type Html } from './html.ts';
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

/** The sections in the order of the settings, without empty ones. */
export function sections(context: Context, resume: Resume, settings: Settings): Html[] {
  return settings.sections
    .filter((key) => resume[key]?.length)
    .map((key) => {
      const render = SECTIONS[key] as (context: Context, list: unknown) => Html[];
      const label = settings.labels[key] ?? context.words.sections[key];
      return markup`<section id="${key}" aria-labelledby="${key}-label"><h2 id="${key}-label">${label}</h2><div class="entries">${render(context, resume[key])}</div></section>`;
    });
}
