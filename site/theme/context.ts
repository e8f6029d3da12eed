import type { Language } from '../language/language.ts';
import { formatDate, isDate } from '../language/index.ts';
import type { Dates, Linked } from './outline.ts';
import { join, markup, raw, type Html } from './html.ts';
import { isSafeLink } from './links.ts';
import { address } from './text.ts';

/** What every part of the page needs. */
export interface Context {
  /** BCP 47 tag of the résumé's language. */
  tag: string;
  words: Language;
  pageDirection: 'ltr' | 'rtl';
}

/** The no-break space keeps the dot off the start of a line. */
export const DOT = raw('\u00a0· ');

/** `Mar 2022 – Present`, `2019 · 2020 – 2023`. */
export function when(context: Context, dates: (Dates | undefined)[] = []): Html {
  return join(
    dates.map(
      (date) =>
        date &&
        join(
          date.map((day) => time(context, day)),
          ' – ',
        ),
    ),
    DOT,
  );
}

function time({ tag, words }: Context, date: string | undefined): Html | string {
  if (!date) return words.present;
  // Dates that the reader could not understand are shown as they are written.
  return isDate(date) ? markup`<time datetime="${date}">${formatDate(tag, date)}</time>` : date;
}

/** The text as a link if the URL is safe, followed by the URL if it is not; the URL itself without a text. */
export function linked({ text, url }: Linked): Html | undefined {
  if (!text && !url) return undefined;
  const label = text ? markup`${text}` : address(url!);
  if (!url) return label;
  if (isSafeLink(url)) return markup`<a href="${url}">${label}</a>`;
  return text ? markup`${label} (${address(url)})` : label;
}
