/** One entry of a section: a job, a project, a degree. */
import type { Context } from './context.ts';
import { join, markup, raw, type Html } from './html.ts';
import { block, inline } from './markdown.ts';
import { direction } from './text.ts';

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

/** The no-break space keeps the dot off the start of a line. */
export const DOT = raw('\u00a0· ');

export function entry(context: Context, parts: Entry, level: 3 | 4 = 3): Html {
  const title = parts.title && heading(context, parts.title, level);
  const { summary, keywords, more } = parts;
  return markup`<article>${title}${parts.when && markup` <p class="when">${parts.when}</p>`}${byline(context, parts.byline ?? [])}${summary && markup`<div${direction(context, summary)}>${block(summary)}</div>`}${highlights(context, parts.highlights ?? [])}${tags(keywords ?? [])}${more}</article>`;
}

export function heading(context: Context, title: Html | string, level: 3 | 4 = 3): Html {
  const tag = raw(`h${level}`);
  return markup`<${tag}${direction(context, textOf(title))}>${title}</${tag}>`;
}

export function byline(context: Context, parts: Entry['byline'] & object): Html | undefined {
  const line = join(parts, DOT);
  return line.text === '' ? undefined : markup`<p class="by"${direction(context, textOf(line))}>${line}</p>`;
}

/** Chinese and Japanese sentences have no spaces. */
const IDEOGRAPHS = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/gu;

/** Two or more consecutive highlights of one word are a list of keywords; others are bullets. */
function highlights(context: Context, lines: string[]): Html[] {
  const isWord = (line = '') =>
    /^[^\s[\]()*<>]+$/.test(line.trim()) && (line.match(IDEOGRAPHS)?.length ?? 0) < 10;
  const runs: { inline: boolean; lines: string[] }[] = [];
  for (const [index, line] of lines.entries()) {
    const inline = isWord(line) && (isWord(lines[index - 1]) || isWord(lines[index + 1]));
    const run = runs.at(-1);
    if (run?.inline === inline) run.lines.push(line);
    else runs.push({ inline, lines: [line] });
  }
  return runs.map(({ inline, lines }) => (inline ? tags(lines)! : bullets(context, lines)));
}

function bullets(context: Context, lines: string[]): Html {
  return markup`<ul>${lines.map((line) => markup`<li${direction(context, line)}>${inline(line)}</li>`)}</ul>`;
}

function tags(words: string[]): Html | undefined {
  if (!words.length) return undefined;
  return markup`<ul class="tags">${words.map((word) => markup`<li>${word}</li> `)}</ul>`;
}

function textOf(content: Html | string): string {
  return typeof content === 'string' ? content : content.text.replace(/<[^>]*>/g, '');
}
