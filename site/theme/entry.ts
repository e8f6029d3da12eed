/** One entry of a section: a job, a project, a degree. */
import { join, markup, type Html } from './html.ts';
import { block, inline } from './markdown.ts';

export interface Entry {
  title: Html | string | undefined;
  /** Below the title: the employer, the place. */
  byline?: (Html | string | undefined)[];
  when?: Html | undefined;
  /** Markdown. */
  summary?: string | undefined;
  /** Markdown, one line per item. */
  highlights?: string[] | undefined;
  keywords?: string[] | undefined;
  more?: Html | undefined;
}

export function entry(parts: Entry, level: 3 | 4 = 3): Html {
  const byline = join(parts.byline ?? [], markup`<span class="dot"> · </span>`);
  const title =
    parts.title && (level === 3 ? markup`<h3>${parts.title}</h3>` : markup`<h4>${parts.title}</h4>`);
  return markup`<article>${title}${parts.when && markup` <p class="when">${parts.when}</p>`}${byline.text !== '' && markup`<p class="by">${byline}</p>`}${body(parts)}</article>`;
}

export function body(parts: Pick<Entry, 'summary' | 'highlights' | 'keywords' | 'more'>): Html {
  const { summary, highlights, keywords, more } = parts;
  return markup`${summary && markup`<div>${block(summary)}</div>`}${bullets(highlights)}${tags(keywords)}${more}`;
}

export function bullets(lines: string[] | undefined): Html | undefined {
  if (!lines?.length) return undefined;
  return markup`<ul>${lines.map((line) => markup`<li>${inline(line)}</li>`)}</ul>`;
}

export function tags(words: string[] | undefined): Html | undefined {
  if (!words?.length) return undefined;
  return markup`<ul class="tags">${words.map((word) => markup`<li>${word}</li> `)}</ul>`;
}
