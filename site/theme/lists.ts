/** Sections that are lists: skills, interests, languages, references. */
import type { Extra, Interest, Reference, Skill, SpokenLanguage } from '../resume/types.ts';
import { linked, type Context } from './context.ts';
import { DOT } from './entry.ts';
import { join, markup, type Html } from './html.ts';
import { block, inline } from './markdown.ts';
import { direction } from './text.ts';

export function skills(context: Context, list: Skill[]): Html[] {
  return [
    rows(
      context,
      list.map(({ level, ...skill }) => ({ ...skill, aside: level })),
    ),
  ];
}

export function interests(context: Context, list: Interest[]): Html[] {
  return [rows(context, list)];
}

export function languages(context: Context, list: SpokenLanguage[]): Html[] {
  return [
    rows(
      context,
      list.map(({ language, fluency, keywords = [], ...rest }) => ({
        ...rest,
        name: language,
        keywords: [...(fluency ? [fluency] : []), ...keywords],
      })),
    ),
  ];
}

export function references(context: Context, list: Reference[]): Html[] {
  return list.map(
    ({ name, reference, ...rest }) =>
      markup`<figure>${reference && markup`<blockquote${direction(context, reference)}>${block(reference)}</blockquote>`}${name && markup`<figcaption${direction(context, name)}>${join([name, ...contact(rest)], DOT)}</figcaption>`}</figure>`,
  );
}

/** How to reach the person, where they agreed to be named. */
function contact({ position, company, email, phone, url }: Reference): (Html | string | undefined)[] {
  return [position, company, email && linked(email, `mailto:${email}`), phone, linked(undefined, url)];
}

interface Row extends Extra {
  name?: string | undefined;
  aside?: string | undefined;
}

function rows(context: Context, list: Row[]): Html {
  const named = list.filter(({ name, url, aside }) => name ?? url ?? aside);
  const others = list.filter((row) => !named.includes(row));
  return markup`${named.length > 0 && markup`<dl>${named.map((parts) => row(context, parts))}</dl>`}${others.map((other) => markup`<div>${details(other)}</div>`)}`;
}

function row(context: Context, parts: Row): Html {
  const { name, aside, url, keywords } = parts;
  return markup`<div><dt${direction(context, name ?? '')}>${linked(name, url)}${aside && markup` <small>${aside}</small>`}</dt> <dd${direction(context, keywords?.join(' ') ?? '')}>${details(parts)}</dd></div>`;
}

function details({ location, summary, highlights, keywords }: Row): Html {
  return markup`${join([location, ...(keywords ?? []), ...(highlights ?? []).map(inline)], DOT)}${summary && block(summary)}`;
}
