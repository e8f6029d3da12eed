/** The texts of a résumé as a reader sees them, to find them again in what is built. */
import { childrenOf, pathText, type Path } from '../../shared/path.ts';
import { countryName, formatDate, spokenLanguage } from '../language/index.ts';
import { settingsOf } from '../resume/settings.ts';
import type { Resume } from '../resume/types.ts';
import { plain } from '../theme/markdown.ts';

const DATE_KEYS = new Set(['startDate', 'endDate', 'date', 'releaseDate']);
/** Neither shown nor meant to be. */
const NO_CONTENT = new Set(['$schema', 'meta']);

export interface Leaf {
  path: Path;
  /** Without Markdown, white space and differences of case. */
  text: string;
}

/** Every text and number of a normalised résumé that is meant to be shown, in the form in which it is shown. */
export function shownLeaves(resume: Resume): Leaf[] {
  const { language } = settingsOf(resume);
  return leavesOf(resume).map(({ path, text }) => {
    const key = String(path.at(-1));
    const shown =
      key === 'countryCode'
        ? countryName(language, text)
        : path[0] === 'languages' && key === 'language'
          ? spokenLanguage(language, text)
          : DATE_KEYS.has(key)
            ? formatDate(language, text)
            : plain(text);
    return { path, text: comparable(shown) };
  });
}

/** Whether a note says that the value at `path` is not shown, or left out. */
export function isNoted(path: Path, warnings: string): boolean {
  const general = pathText(path).replace(/\[\d+\]/g, '[*]');
  const notes = warnings.matchAll(/: ([^:\n]*?) (?:is not part of JSON Resume|is left out)/g);
  return [...notes].some(
    ([, start]) => general === start || general.startsWith(`${start}.`) || general.startsWith(`${start}[`),
  );
}

/** Every text and number of a value, as it is written. */
export function leavesOf(value: unknown, path: Path = []): Leaf[] {
  if (NO_CONTENT.has(String(path[0])) || String(path.at(-1)) === 'image') return [];
  if (typeof value === 'string') return value.trim() ? [{ path, text: value }] : [];
  if (typeof value === 'number') return [{ path, text: String(value) }];
  return childrenOf(value).flatMap(([key, child]) => leavesOf(child, [...path, key]));
}

/** Programs that print and read text change spaces, ligatures and the case of headings. */
export function comparable(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\p{Cf}]+/gu, '')
    .toLowerCase();
}
