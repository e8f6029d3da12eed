/** Readers for option values. Each returns a parser for `option()`, which throws a UserError that says what to give instead. */
import { UserError } from '../../shared/user-error.ts';

/** A whole number. @param hint what to add to "Give a number from … to …" */
export function wholeNumber(flag: string, min: number, max: number, hint = '') {
  return (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= min && number <= max) return number;
    throw wrong(flag, text, `Give a number from ${min} to ${max}${hint}.`);
  };
}

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `15m`, `1h` or `7d`, in milliseconds. */
export function duration(flag: string) {
  return (text: string): number => {
    const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
    if (Number(number) > 0) return Number(number) * UNITS[unit!]!;
    throw wrong(flag, text, 'Give a time such as 90s, 15m, 1h or 7d.');
  };
}

/** An http or https URL. */
export function webUrl(flag: string) {
  return (text: string): URL => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url && /^https?:$/.test(url.protocol)) return url;
    throw wrong(flag, text, 'Give the whole address, such as https://example.com.');
  };
}

/** A URL without path and query: `https://resume.example.com`. */
export function webOrigin(flag: string) {
  return (text: string): string => {
    const url = webUrl(flag)(text);
    if (url.pathname === '/' && !url.search && !url.hash) return url.origin;
    throw wrong(flag, text, 'Give scheme and host only, such as https://resume.example.com.');
  };
}

function wrong(flag: string, text: string, remedy: string): UserError {
  return new UserError(`${flag} is ${JSON.stringify(text)}.`, remedy);
}
