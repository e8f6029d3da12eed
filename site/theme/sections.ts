import type { Settings } from '../resume/settings.ts';
import type { Resume } from '../resume/types.ts';
import type { Context } from './context.ts';
import { entry } from './entry.ts';
import { markup, type Html } from './html.ts';
import { languages, references, rows } from './lists.ts';
import { outline, type Entry } from './outline.ts';
import { direction } from './text.ts';
import { work } from './work.ts';

/** Sections that are not a list of articles. */
const OTHERS: Record<string, (context: Context, list: Entry[]) => Html[]> = {
  work,
  skills: rows,
  interests: rows,
  languages,
  references,
};

/** Characters of text from which a page gets a table of contents: about eight screens. */
const LONG_PAGE = 10_000;

/** The sections in the order of the settings. Long pages start with links to them. */
export function sections(context: Context, resume: Resume, settings: Settings): Html[] {
  const list = outline(resume, settings);
  const shown = list.map(({ key, heading, entries }) => {
    const content = OTHERS[key]?.(context, entries) ?? entries.map((parts) => entry(context, parts));
    return markup`<section id="${idOf(key)}" aria-label="${heading}"><h2${direction(context, heading)}>${heading}</h2><div class="entries">${content}</div></section>`;
  });
  const length = shown.reduce((sum, { text }) => sum + text.replace(/<[^>]*>/g, '').length, 0);
  if (length < LONG_PAGE) return shown;
  const links = list.map(({ key, heading }) => markup`<li><a href="#${idOf(key)}">${heading}</a></li> `);
  return [markup`<nav class="contents"><ul>${links}</ul></nav>`, ...shown];
}

/** An id must not contain spaces. */
function idOf(key: string): string {
  return key.replace(/\s+/g, '-');
}
