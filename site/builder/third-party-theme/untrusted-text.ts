/** Keeps a theme from turning the résumé's text into code: some themes emit text without escaping it. */
import { isEmail } from '../../resume/normalise/links.ts';
import type { Resume } from '../../resume/types.ts';
import { isSafeLink } from '../../theme/links.ts';

/**
 * Removes every `<` that could open a tag: before a letter, `/`, `!` or `?`, and at the end of a text, where the theme's next
 * character decides. Escaping it would show in themes that escape.
 */
export function withoutTags<T>(value: T): T {
  return mapTexts(value, (text) => text.replace(/<+(?=[a-z/!?]|$)/gi, ''));
}

/** A résumé of the same shape without any of the text. Themes fail on invalid dates, country codes and options, so those stay. */
export function neutral(resume: Resume): Resume {
  const { meta, ...content } = resume;
  return { ...mapTexts(content, neutralText), ...(meta && { meta: mapTexts(meta, neutralOption) }) };
}

function neutralOption(text: string): string {
  return /^[\w#.-]+$/.test(text) ? text : neutralText(text);
}

function neutralText(text: string): string {
  if (/^(\d{4}(-\d\d){0,2}(T[\d:.]+Z?)?|[A-Z]{2})$/.test(text)) return text;
  if (isEmail(text)) return 'name@example.com';
  return isSafeLink(text) ? 'https://example.com/' : 'Text';
}

function mapTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => mapTexts(item, change)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, mapTexts<unknown>(inner, change)]),
  ) as T;
}
