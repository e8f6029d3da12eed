/** The page's languages, and how each writes dates and places. */
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fa } from './fa.ts';
import { fr } from './fr.ts';
import { he } from './he.ts';
import { hi } from './hi.ts';
import { it } from './it.ts';
import { ja } from './ja.ts';
import { ko } from './ko.ts';
import type { Language } from './language.ts';
import { nl } from './nl.ts';
import { pl } from './pl.ts';
import { pt } from './pt.ts';
import { ru } from './ru.ts';
import { sv } from './sv.ts';
import { tr } from './tr.ts';
import { uk } from './uk.ts';
import { zh } from './zh.ts';
import { zhHant } from './zh-Hant.ts';

export const LANGUAGES: Record<string, Language> = {
  ar,
  de,
  en,
  es,
  fa,
  fr,
  he,
  hi,
  it,
  ja,
  ko,
  nl,
  pl,
  pt,
  ru,
  sv,
  tr,
  uk,
  zh,
  'zh-Hant': zhHant,
};

/** ISO 15924 codes of right-to-left scripts. */
const RIGHT_TO_LEFT_SCRIPTS = new Set('Adlm Arab Hebr Mand Nkoo Rohg Samr Syrc Thaa'.split(' '));

/** The labels for a BCP 47 tag such as `pt-BR`; `undefined` if the language has none. */
export function languageFor(tag: string): Language | undefined {
  const { language, script } = new Intl.Locale(tag).maximize();
  // zh-TW, zh-HK and zh-Hant are written in Traditional characters.
  return LANGUAGES[`${language}-${script}`] ?? LANGUAGES[language];
}

export function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

export function textDirection(tag: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT_SCRIPTS.has(new Intl.Locale(tag).maximize().script ?? '') ? 'rtl' : 'ltr';
}

/** A day, a month or a year that exists: `2024-06-29`, `2024-06`, `2024`. */
export function isDate(text: string): boolean {
  const [, year, month = '01', day = '01'] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text) ?? [];
  const time = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.getUTCDate() === Number(day);
}

/** `2024-06-29` and `2024-06` become month and year, `2024` the year. Other text is returned unchanged. */
export function formatDate(tag: string, date: string): string {
  if (!isDate(date)) return date;
  const [year, month] = date.split('-');
  const time = Date.UTC(Number(year), month ? Number(month) - 1 : 0);
  return new Intl.DateTimeFormat(tag, {
    year: 'numeric',
    ...(month && { month: 'short' }),
    timeZone: 'UTC',
    // A résumé gives Gregorian dates. Persian and Thai would otherwise show another year.
    calendar: 'gregory',
  }).format(time);
}

/** The full date, such as `29 June 2024`. */
export function formatDay(tag: string, date: string): string {
  const time = Date.parse(date);
  if (Number.isNaN(time)) return date;
  return new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: 'UTC', calendar: 'gregory' }).format(
    time,
  );
}

/** The language's name in that language: `de` becomes `Deutsch`. */
export function languageName(tag: string): string {
  const name = new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag;
  return name.replace(/^./u, (letter) => letter.toLocaleUpperCase(tag));
}

/** `PT` becomes `Portugal`. Text that is not a country code is returned unchanged. */
export function countryName(tag: string, code: string): string {
  try {
    return new Intl.DisplayNames(tag, { type: 'region' }).of(code.toUpperCase()) ?? code;
  } catch {
    return code;
  }
}

/** `es` becomes `Spanish`. Codes that are also those of a country, and other text, are returned unchanged: `br` may mean Brazilian. */
export function spokenLanguage(tag: string, text: string): string {
  const isCode = /^[a-z]{2}(-([a-z]{2}|[a-z]{4}))?$/i.test(text);
  if (!isCode || (!languageFor(text) && countryName('en', text) !== text.toUpperCase())) return text;
  const name = new Intl.DisplayNames(tag, { type: 'language', fallback: 'none' }).of(text);
  return name?.replace(/^./u, (letter) => letter.toLocaleUpperCase(tag)) ?? text;
}
