/** Sections that are lists: skills, interests, languages, references. */
import { linked, type Context } from './context.ts';
import { inOneLine } from './entry.ts';
import { markup, type Html } from './html.ts';
import { block, inline } from './markdown.ts';
import type { Entry } from './outline.ts';
import { direction } from './text.ts';

/** Entries without a name follow those that have one. */
export function rows(context: Context, list: Entry[]): Html[] {
  const named = list.filter(({ title, level }) => title.text ?? title.url ?? level);
  const others = list.filter((row) => !named.includes(row));
  return [
    markup`${named.length > 0 && markup`<dl>${named.map((entry) => row(context, entry))}</dl>`}${others.map((other) => markup`<div>${details(other)}</div>`)}`,
  ];
}

/** The fluency is what a language's row says. */
export function languages(context: Context, list: Entry[]): Html[] {
  return rows(
    context,
    list.map(({ level, keywords = [], ...entry }) => ({
      ...entry,
      keywords: level ? [level, ...keywords] : keywords,
    })),
  );
}

export function references(context: Context, list: Entry[]): Html[] {
  return list.map(({ title, details, summary }) => {
    const person = inOneLine([title, ...details]);
    return markup`<figure>${summary && markup`<blockquote${direction(context, summary)}>${block(summary)}</blockquote>`}${person.text && markup`<figcaption${direction(context, title.text ?? '')}>${person}</figcaption>`}</figure>`;
  });
}

function row(context: Context, entry: Entry): Html {
  const { title, level, keywords = [] } = entry;
  return markup`<div><dt${direction(context, title.text ?? '')}>${linked(title)}${level && markup` <small>${level}</small>`}</dt> <dd${direction(context, keywords.join(' '))}>${details(entry)}</dd></div>`;
}

function details({ details, summary, highlights = [], keywords = [] }: Entry): Html {
  return markup`${inOneLine([...details, ...keywords, ...highlights.map(inline)])}${summary && block(summary)}`;
}
