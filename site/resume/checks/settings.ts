/** Checks the settings in `meta.site`. Mistakes are errors: a misspelt `private` would publish what it should hide. */
import { SECTION_KEYS } from '../../language/language.ts';
import { isLanguageTag, LANGUAGES, languageFor } from '../../language/index.ts';
import { isObject, parsePath, pathText, type Path } from '../../../shared/path.ts';
import type { Problem } from '../../../shared/problem.ts';
import { suggest } from '../../../shared/suggest.ts';
import { shown } from '../../../shared/schema-error.ts';
import { customSections } from '../settings.ts';
import type { Resume } from '../types.ts';
import { checkVariants } from '../variants.ts';

export const SETTINGS = [
  'url',
  'language',
  'sections',
  'labels',
  'private',
  'variants',
  'hue',
  'pages',
  'how',
  'links',
];
const ROOT: Path = ['meta', 'site'];

type Report = (path: Path, message: string, hint?: string, severity?: 'warning') => void;

/** `leadsSomewhere` says whether a path of `private` hides anything. */
export function checkSettings(resume: Resume, leadsSomewhere: (path: string) => boolean): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (path, message, hint, severity) => {
    const at = [...ROOT, ...path];
    problems.push({ severity: severity ?? 'error', message: `${pathText(at)} ${message}`, hint, path: at });
  };
  const site = resume.meta?.['site'];
  if (site === undefined) return problems;
  if (!isObject(site)) {
    report([], `is ${shown(site)}, but must be an object`);
    return problems;
  }
  for (const key of Object.keys(site).filter((key) => !SETTINGS.includes(key))) {
    const meant = suggest(key, SETTINGS);
    report(
      [key],
      'is not a setting',
      meant ? `Did you mean "${meant}"?` : `Settings: ${SETTINGS.join(', ')}.`,
    );
  }
  checkUrl(site['url'], report);
  checkLanguage(site['language'], report);
  const sections = [...SECTION_KEYS, ...customSections(resume)];
  checkSections(site['sections'], sections, report);
  checkLabels(site['labels'], sections, report);
  checkPrivate(site['private'], leadsSomewhere, report);
  checkVariants(site['variants'], sections, leadsSomewhere, (path, ...rest) =>
    report(['variants', ...path], ...rest),
  );
  const hue = site['hue'];
  if (hue !== undefined && !(typeof hue === 'number' && hue >= 0 && hue <= 360))
    report(['hue'], `is ${shown(hue)}, but must be a number from 0 to 360`);
  for (const key of ['how', 'links'])
    if (site[key] !== undefined && typeof site[key] !== 'boolean')
      report([key], `is ${shown(site[key])}, but must be true or false`);
  const pages = site['pages'];
  if (pages !== undefined && !(Number.isInteger(pages) && Number(pages) >= 1 && Number(pages) <= 9))
    report(['pages'], `is ${shown(pages)}, but must be a whole number from 1 to 9`);
  return problems;
}

function checkUrl(url: unknown, report: Report): void {
  if (url === undefined) return;
  const protocol = typeof url === 'string' && URL.canParse(url) ? new URL(url).protocol : '';
  if (!/^https?:$/.test(protocol))
    report(['url'], `is ${shown(url)}, but must be the page's full URL`, 'Example: https://example.com');
}

function checkLanguage(language: unknown, report: Report): void {
  if (language === undefined) return;
  if (typeof language !== 'string' || !isLanguageTag(language)) {
    report(
      ['language'],
      `is ${shown(language)}, but must be a language tag`,
      'Examples: "en", "pt-BR", "zh-Hant".',
    );
  } else if (!languageFor(language)) {
    const known = Object.keys(LANGUAGES).join(', ');
    report(
      ['language'],
      `is "${language}", which has no labels yet; the page uses English ones`,
      `Available: ${known}. Set meta.site.labels, or add a file to site/language/.`,
      'warning',
    );
  }
}

function checkSections(sections: unknown, known: string[], report: Report): void {
  if (sections === undefined) return;
  if (!Array.isArray(sections))
    return report(['sections'], `is ${shown(sections)}, but must be a list of sections`);
  sections.forEach((key, index) => {
    if (!known.includes(key as string))
      report(['sections', index], `is ${shown(key)}, which is not a section`, sectionHint(key, known));
    else if (sections.indexOf(key) < index) report(['sections', index], `repeats "${key}"`);
  });
}

function checkLabels(labels: unknown, known: string[], report: Report): void {
  if (labels === undefined) return;
  if (!isObject(labels)) return report(['labels'], `is ${shown(labels)}, but must be an object`);
  for (const [key, label] of Object.entries(labels)) {
    if (!known.includes(key)) report(['labels', key], 'is not a section', sectionHint(key, known));
    else if (typeof label !== 'string' || !label.trim())
      report(['labels', key], `is ${shown(label)}, but must be a text`);
  }
}

function checkPrivate(paths: unknown, leadsSomewhere: (path: string) => boolean, report: Report): void {
  if (paths === undefined) return;
  if (!Array.isArray(paths)) return report(['private'], `is ${shown(paths)}, but must be a list of paths`);
  paths.forEach((text, index) => {
    const path = typeof text === 'string' ? parsePath(text) : undefined;
    if (!path) {
      report(
        ['private', index],
        `is ${shown(text)}, which is not a path`,
        'Examples: "basics.phone", "work[*].location".',
      );
    } else if (!leadsSomewhere(String(text))) {
      report(
        ['private', index],
        `hides "${text}", which is not in the résumé`,
        'Fix or delete it: a wrong path would publish what it should hide.',
      );
    }
  });
}

function sectionHint(key: unknown, known: string[]): string {
  const meant = suggest(String(key), known);
  return meant
    ? `Did you mean "${meant}"?`
    : `Sections: ${known.join(', ')}. One of your own is a list of the same name at the top of the résumé.`;
}
