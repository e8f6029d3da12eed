/** The end of the page: downloads, and the date of the last change. */
import { formatDay } from '../language/index.ts';
import type { Context } from './context.ts';
import { countedLinkNote } from './counter.ts';
import { markup, type Html } from './html.ts';

export interface Download {
  href: string;
  label: string;
}

/** `updated` is an ISO 8601 date or date-time. */
export function footer(
  context: Context,
  downloads: Download[],
  updated: string | undefined,
  links: boolean,
): Html {
  const { words } = context;
  return markup`<footer><ul>${downloads.map(({ href, label }) => markup`<li><a href="${href}">${label}</a></li>`)}</ul>${updated && markup`<p>${words.updated} <time datetime="${updated}">${formatDay(context.tag, updated)}</time></p>`}${links && countedLinkNote(words)}</footer>`;
}
