import type { Language } from '../language/language.ts';
import { formatDate, isDate } from '../language/index.ts';
import type { Period } from '../resume/types.ts';
import { markup, type Html } from './html.ts';
import { isSafeLink } from './links.ts';
import { address } from './text.ts';

/** What every part of the page needs. */
export interface Context {
  /** BCP 47 tag of the résumé's language. */
  tag: string;
  words: Language;
  pageDirection: 'ltr' | 'rtl';
}

export function time(context: Context, date: string | undefined): Html | undefined {
  if (!date) return undefined;
  // Dates that the reader could not understand are shown as they are written.
  if (!isDate(date)) return markup`${date}`;
  return markup`<time datetime="${date}">${formatDate(context.tag, date)}</time>`;
}

/** `Mar 2022 – Present`; a single date when only one is given or both are equal. */
export function period(context: Context, { startDate, endDate }: Period): Html | undefined {
  if (!startDate) return time(context, endDate);
  const sameShown = endDate && formatDate(context.tag, startDate) === formatDate(context.tag, endDate);
  if (sameShown && startDate === endDate) return time(context, endDate);
  return markup`${time(context, startDate)} – ${endDate ? time(context, endDate) : context.words.present}`;
}

/** `text` as a link if `url` is safe, followed by the URL if it is not; the URL itself without a text. */
export function linked(text: string | undefined, url: string | undefined): Html | undefined {
  if (!text && !url) return undefined;
  const label = text ? markup`${text}` : address(url!);
  if (!url) return label;
  if (isSafeLink(url)) return markup`<a href="${url}">${label}</a>`;
  return text ? markup`${label} (${address(url)})` : label;
}
