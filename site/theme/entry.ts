/** One entry of a section: a job, a project, a degree. */
import { DOT, linked, when, type Context } from './context.ts';
import { Html, join, markup, raw } from './html.ts';
import { block, inline } from './markdown.ts';
import type { Entry } from './outline.ts';
import { direction } from './text.ts';

export function entry(context: Context, parts: Entry, level: 3 | 4 = 3): Html {
  const { title, at, details, description, summary, courses, keywords } = parts;
  const dates = when(context, parts.dates);
  const by = [at, ...details, description && inline(description)];
  return markup`<article>${heading(context, linked(title), level)}${dates.text && markup` <p class="when">${dates}</p>`}${byline(context, by)}${summary && markup`<div${direction(context, summary)}>${block(summary)}</div>`}${highlights(context, parts.highlights ?? [])}${tags(keywords ?? [])}${courses?.length && markup`<p class="list"><b>${context.words.courses}</b> ${join(courses, DOT)}</p>`}</article>`;
}

export function heading(context: Context, title: Html | undefined, level: 3 | 4 = 3): Html | undefined {
  const tag = raw(`h${level}`);
  return title && markup`<${tag}${direction(context, textOf(title))}>${title}</${tag}>`;
}

export function byline(context: Context, parts: (Html | Entry['details'][number])[]): Html | undefined {
  const line = inOneLine(parts);
  return line.text === '' ? undefined : markup`<p class="by"${direction(context, textOf(line))}>${line}</p>`;
}

export function inOneLine(parts: (Html | Entry['details'][number])[]): Html {
  return join(
    parts.map((part) => (part instanceof Html || typeof part !== 'object' ? part : linked(part))),
    DOT,
  );
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

function textOf({ text }: Html): string {
  return text.replace(/<[^>]*>/g, '');
}
