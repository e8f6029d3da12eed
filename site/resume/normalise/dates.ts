/** Reads the dates of real résumés as ISO 8601, at the precision they give. */
import { isDate, LANGUAGES } from '../../language/index.ts';

/** `present` is an ongoing end date. `text` is unreadable or ambiguous and stays as written, for the reason given. */
export type ReadDate =
  { iso: string } | { present: true } | { text: string; why: 'ambiguous' | 'impossible' | 'unreadable' };

const PRESENT_WORDS = `
  present, now, current, currently, today, ongoing, to date, till date, till now, until now, heute, jetzt, laufend, aktuell,
  aujourd'hui, actuel, actuellement, présent, en cours, actual, actualidad, actualmente, presente, hoy, oggi, attuale,
  in corso, atual, atualmente, obecnie, heden, nu, halen, günümüz, nuvarande, pågående, н.в., сейчас,
  по настоящее время, 至今, 现在, 現在, 目前, 현재, اکنون, تاکنون, الآن, היום, כיום, वर्तमान`.split(',');

const present = new Set(
  [...PRESENT_WORDS, ...Object.values(LANGUAGES).map((words) => words.present)].map(plain),
);
const MONTHS = monthNames();

export function readDate(written: string): ReadDate {
  const text = written.trim();
  if (present.has(plain(text))) return { present: true };
  const parts = partsOf(westernDigits(text));
  if (!parts) return { text, why: 'unreadable' };
  if (parts === 'ambiguous') return { text, why: 'ambiguous' };
  const iso = parts.map((part) => part.padStart(2, '0')).join('-');
  return isDate(iso) ? { iso } : { text, why: 'impossible' };
}

/** Between two dates: a dash, or a word between spaces. A plain hyphen needs spaces or whole years around it. */
const RANGE =
  /\s*(?:--+|[–—~～])\s*|\s+(?:-|to|bis|au|al|à|至)\s+|(?<=[\d月])\s*至\s*(?=\d)|(?<=[\d月])\s*(?=至今)|(?<=^\d{4}(?:[./年]\d{1,2}月?)?)-(?=\d{4}|\D)/;

/** Splits `2019 – 2021`, `Jan 2019 to Present` and `2019-2020`. */
export function splitRange(text: string): [string, string] | undefined {
  const [start, end, ...more] = text.trim().replace(/\s+/g, ' ').split(RANGE);
  return start && end && !more.length ? [start, end] : undefined;
}

/** Year, month and day as far as they are given. */
function partsOf(text: string): string[] | 'ambiguous' | undefined {
  let found = /^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2})(?:[T ]\d\d:\d\d.*)?)?)?$/.exec(text);
  found ??= /^(\d{4})\s*[年년](?:\s*(\d{1,2})\s*[月월](?:\s*(\d{1,2})\s*[日일])?)?$/.exec(text);
  if (found) return found.slice(1).filter(Boolean) as string[];
  found = /^(\d{1,2})[-/.](\d{4})$/.exec(text);
  if (found) return [found[2]!, found[1]!];
  found = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/.exec(text);
  if (found) return dayAndMonth(found[1]!, found[3]!, found[4]!, found[2] === '.');
  return withMonthName(text);
}

/** 13/04/2020 can only be April; 03/04/2020 is March or April. With dots, the day is first. */
function dayAndMonth(first: string, second: string, year: string, dots: boolean): string[] | 'ambiguous' {
  if (dots || Number(first) > 12 || first === second) return [year, second, first];
  if (Number(second) > 12) return [year, first, second];
  return 'ambiguous';
}

/** `Aug. 2011`, `5 August 2011`, `August 5th, 2011`, `agosto de 2011`. */
function withMonthName(text: string): string[] | undefined {
  const words = text
    .split(/[\s,/–-]+|(?<=\p{L})\.(?=\d)/u)
    .map((word) => word.replace(/^(\d{1,2})(st|nd|rd|th|er|º|ª|\.)$/i, '$1'))
    .filter((word) => word && !/^(de|del|of|г\.?)$/i.test(word));
  const month = words.map((word) => MONTHS.get(plain(word))).find(Boolean);
  const year = words.find((word) => /^\d{4}$/.test(word));
  const days = words.filter((word) => /^\d{1,2}$/.test(word));
  if (!month || !year || days.length > 1 || words.length !== 2 + days.length) return undefined;
  return [year, String(month), ...days];
}

/** Long and short names in every language of the page. A name for two different months is left out. */
function monthNames(): Map<string, number> {
  const names = new Map<string, number>([['sept', 9]]);
  for (const tag of Object.keys(LANGUAGES)) {
    for (const style of ['long', 'short'] as const) {
      for (const day of ['numeric', undefined] as const) {
        const format = new Intl.DateTimeFormat(`${tag}-u-ca-gregory`, { month: style, day, timeZone: 'UTC' });
        for (let month = 1; month <= 12; month++) {
          const parts = format.formatToParts(Date.UTC(2024, month - 1, 1));
          const name = plain(parts.find(({ type }) => type === 'month')?.value ?? '');
          if (!/\p{L}/u.test(name)) continue;
          names.set(name, names.has(name) && names.get(name) !== month ? 0 : month);
        }
      }
    }
  }
  return names;
}

function plain(word: string): string {
  return word
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}|[.’']/gu, '')
    .trim();
}

/** Arabic, Persian and Devanagari digits. */
function westernDigits(text: string): string {
  return text.replace(/[٠-٩۰-۹०-९]/g, (digit) => String(digit.codePointAt(0)! & 0xf));
}
