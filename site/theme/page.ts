import { privacyWords, type PrivacyFacts } from '../privacy/words.ts';
import { formatDay, languageFor, languageName, textDirection } from '../language/index.ts';
import { en } from '../language/en.ts';
import { lastModified, type Settings } from '../resume/settings.ts';
import type { Resume } from '../resume/types.ts';
import type { Context } from './context.ts';
import { colorSwitch, countedLinkNote, counter } from './counter.ts';
import { head, type Alternate, type Head } from './head.ts';
import { header } from './header.ts';
import { markup, raw, type Html } from './html.ts';
import { sections } from './sections.ts';

export interface Download {
  href: string;
  label: string;
}

export interface PageParts {
  head: Head;
  photo?: string | undefined;
  downloads: Download[];
  /** The other languages of the page. */
  languages?: Alternate[];
}

export function page(resume: Resume, settings: Settings, parts: PageParts): string {
  const tag = settings.language;
  const words = languageFor(tag) ?? en;
  const context: Context = { tag, words, pageDirection: textDirection(tag) };
  return document(
    tag,
    head(parts.head),
    markup`<a class="skip" href="#main">${words.skipToContent}</a><header class="bar">${languageSwitch(parts.languages ?? [])}${counter(words, settings.how)}${colorSwitch(words)}</header><main id="main">${header(context, resume.basics ?? {}, parts.photo)}${sections(context, resume, settings)}</main>${footer(context, parts.downloads, lastModified(resume), settings.links)}`,
  );
}

/**
 * The page for missing paths. It appears at any depth, so its links start at the root.
 * @param css and `script` are minified
 */
export function notFoundPage(tag: string, css: string, script: string): string {
  const words = languageFor(tag) ?? en;
  const { title, text, home } = words.notFound;
  return document(
    tag,
    plainHead(title, css, script),
    markup`<header class="bar">${colorSwitch(words)}</header><main class="who"><h1>${title}</h1><p class="label">${text}</p><p class="summary"><a href="/">${home}</a></p></main>`,
  );
}

/**
 * The page that says what is stored about visitors. Without a counter: reading it is no visit.
 * @param home path of the résumé
 */
export function privacyPage(
  tag: string,
  facts: PrivacyFacts,
  home: string,
  css: string,
  script: string,
): string {
  const { language, words } = privacyWords(tag);
  const sections = words
    .sections(facts)
    .map(([heading, text]) => markup`<section><h2>${heading}</h2><div><p>${text}</p></div></section>`);
  return document(
    language,
    plainHead(words.title, css, script),
    markup`<header class="bar">${colorSwitch(languageFor(language) ?? en)}</header><main><div class="who"><h1>${words.title}</h1><p class="summary">${words.summary}</p></div>${sections}</main><footer><p><a href="${home}">${(languageFor(language) ?? en).notFound.home}</a></p></footer>`,
  );
}

/** @param updated an ISO 8601 date or date-time */
function footer(
  { tag, words }: Context,
  downloads: Download[],
  updated: string | undefined,
  links: boolean,
): Html {
  return markup`<footer><ul>${downloads.map(({ href, label }) => markup`<li><a href="${href}">${label}</a></li>`)}</ul>${updated && markup`<p>${words.updated} <time datetime="${updated}">${formatDay(tag, updated)}</time></p>`}${links && countedLinkNote(words)}</footer>`;
}

function plainHead(title: string, css: string, script: string): Html {
  return markup`<meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><style>${raw(css)}</style><script>${raw(script)}</script>`;
}

/** Links to the other languages, each by its own name. */
function languageSwitch(languages: Alternate[]): Html | undefined {
  if (!languages.length) return undefined;
  const links = languages.map(
    ({ language, href }) =>
      markup`<li><a href="${href}" hreflang="${language}" lang="${language}">${languageName(language)}</a></li> `,
  );
  return markup`<ul class="languages">${links}</ul>`;
}

function document(tag: string, head: Html, body: Html): string {
  const direction = textDirection(tag) === 'rtl' && markup` dir="rtl"`;
  return markup`<!doctype html><html lang="${tag}"${direction}><head>${head}</head><body>${body}</body></html>\n`
    .text;
}
