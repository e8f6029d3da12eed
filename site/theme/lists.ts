/** Sections that are lists: skills, interests, languages, references. */
import type { Interest, Reference, Skill, SpokenLanguage } from '../resume/types.ts';
import type { Context } from './context.ts';
import { DOT } from './entry.ts';
import { join, markup, type Html } from './html.ts';
import { block } from './markdown.ts';
import { direction } from './text.ts';

export function skills(_context: Context, list: Skill[]): Html[] {
  return [rows(list.map(({ name, level, keywords }) => ({ name, aside: level, keywords })))];
}

export function interests(_context: Context, list: Interest[]): Html[] {
  return [rows(list)];
}

export function languages(_context: Context, list: SpokenLanguage[]): Html[] {
  return [
    rows(list.map(({ language, fluency }) => ({ name: language, keywords: fluency ? [fluency] : [] }))),
  ];
}

export function references(_context: Context, list: Reference[]): Html[] {
  return list.map(
    ({ name, reference }) =>
      markup`<figure>${reference && markup`<blockquote${direction(reference)}>${block(reference)}</blockquote>`}${name && markup`<figcaption${direction(name)}>${name}</figcaption>`}</figure>`,
  );
}

interface Row {
  name?: string | undefined;
  aside?: string | undefined;
  keywords?: string[] | undefined;
}

function rows(list: Row[]): Html {
  return markup`<dl>${list.map(
    ({ name, aside, keywords }) =>
      markup`<div><dt${direction(name ?? '')}>${name}${aside && markup` <small>${aside}</small>`}</dt> <dd${direction(keywords?.join(' ') ?? '')}>${keywords && join(keywords, DOT)}</dd></div>`,
  )}</dl>`;
}
