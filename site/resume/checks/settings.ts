/** Checks the settings in `meta.site`. Mistakes are errors: a misspelt `private` would publish what it should hide. */
import { SECTION_KEYS } from '../../language/language.ts';
import { isLanguageTag, LANGUAGES, languageFor } from '../../language/index.ts';
import { isObject, parsePath, pathText, type Path } from '../../../shared/path.ts';
import type { Problem } from '../../../shared/problem.ts';
import { suggest } from '../../../shared/suggest.ts';
import { shown } from '../../../shared/schema-error.ts';
import { customSections } from '../settings.ts';
import type { Resume } from '../types.ts';
import { RESERVED_PATHS } from '../variants.ts';

export const SETTINGS = 'url language sections labels private variants hue pages how links'.split(' ');
const VARIANT_KEYS = ['name', 'path', 'hide', 'show', 'label', 'summary', 'order'];
const ROOT: Path = ['meta', 'site'];

type Report = (path: Path, message: string, hint?: string, severity?: 'warning') => void;

/** @param leadsSomewhere whether a path matches anything in the résumé */
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
  checkKeys(site, SETTINGS, report);
  checkUrl(site['url'], report);
  checkLanguage(site['language'], report);
  const sections = [...SECTION_KEYS, ...customSections(resume)];
  checkSections('sections', site['sections'], sections, report);
  checkLabels(site['labels'], sections, report);
  checkPaths('private', site['private'], leadsSomewhere, report);
  checkList('variants', site['variants'], 'variants', report, (variant, at) => {
    if (!isObject(variant)) return report(at, `is ${shown(variant)}, but must be an object`);
    const reportIn: Report = (path, ...rest) => report([...at, ...path], ...rest);
    checkVariant(variant, sections, leadsSomewhere, reportIn);
    const others = (site['variants'] as unknown[]).slice(0, Number(at.at(-1)));
    if (others.some((other) => isObject(other) && other['path'] === variant['path']))
      reportIn(['path'], `repeats ${shown(variant['path'])}`, 'Each variant needs its own path.');
  });
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

function checkKeys(value: Record<string, unknown>, known: string[], report: Report): void {
  for (const key of Object.keys(value).filter((key) => !known.includes(key))) {
    const meant = suggest(key, known);
    report([key], 'is not a setting', meant ? `Did you mean "${meant}"?` : `Settings: ${known.join(', ')}.`);
  }
}

/** Checks each item of a list, which may be absent. */
function checkList(
  key: string,
  list: unknown,
  kind: string,
  report: Report,
  check: (item: unknown, at: Path) => void,
): void {
  if (list === undefined) return;
  if (!Array.isArray(list)) return report([key], `is ${shown(list)}, but must be a list of ${kind}`);
  for (const [index, item] of list.entries()) check(item, [key, index]);
}

function checkSections(key: string, sections: unknown, known: string[], report: Report): void {
  checkList(key, sections, 'sections', report, (section, at) => {
    if (!known.includes(section as string))
      report(at, `is ${shown(section)}, which is not a section`, sectionHint(section, known));
    else if ((sections as unknown[]).indexOf(section) < Number(at[1]))
      report(at, `repeats ${shown(section)}`);
  });
}

function checkLabels(labels: unknown, known: string[], report: Report): void {
  if (labels === undefined) return;
  if (!isObject(labels)) return report(['labels'], `is ${shown(labels)}, but must be an object`);
  for (const [key, label] of Object.entries(labels)) {
    if (!known.includes(key)) report(['labels', key], 'is not a section', sectionHint(key, known));
    else if (typeof label !== 'string' || !label.trim())
      report(['labels', key], `is ${shown(label)}, but must be text`);
  }
}

/** @param check further rules for a path that is valid */
function checkPaths(
  key: 'private' | 'hide' | 'show',
  paths: unknown,
  leadsSomewhere: (path: string) => boolean,
  report: Report,
  check?: (path: Path, text: string, at: Path) => void,
): void {
  checkList(key, paths, 'paths', report, (text, at) => {
    const path = typeof text === 'string' ? parsePath(text) : undefined;
    if (!path)
      report(at, `is ${shown(text)}, which is not a path`, 'Examples: "basics.phone", "work[*].location".');
    else if (!leadsSomewhere(String(text)))
      report(
        at,
        `${key === 'private' ? 'hides' : 'is'} "${String(text)}", which is not in the résumé`,
        'Fix or delete it: a wrong path would publish what it should hide.',
      );
    else check?.(path, String(text), at);
  });
}

function checkVariant(
  variant: Record<string, unknown>,
  sections: string[],
  leadsSomewhere: (path: string) => boolean,
  report: Report,
): void {
  checkKeys(variant, VARIANT_KEYS, report);
  if (variant['name'] === undefined) report([], 'has no name');
  for (const key of ['name', 'label', 'summary']) {
    const value = variant[key];
    if (value !== undefined && (typeof value !== 'string' || !value.trim()))
      report([key], `is ${shown(value)}, but must be text`);
  }
  const { path, hide, show, order } = variant;
  if (path === undefined) report([], 'has no path', 'Example: "path": "consulting".');
  else if (typeof path !== 'string' || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(path))
    report(['path'], `is ${shown(path)}, but must be lower-case letters, digits and hyphens`);
  else if (RESERVED_PATHS.includes(path))
    report(['path'], `is "${path}", which the site uses itself`, `Reserved: ${RESERVED_PATHS.join(', ')}.`);
  checkPaths('hide', hide, leadsSomewhere, report, (_, text, at) => {
    if (['basics', 'basics.name'].includes(text)) report(at, `is "${text}"`, 'A page needs a name.');
  });
  checkPaths('show', show, leadsSomewhere, report, (path, text, at) => {
    if (!sections.includes(String(path[0])) || path.length > 2)
      report(at, `is "${text}"`, 'Name sections and entries, such as "skills" and "work[0]".');
  });
  checkSections('order', order, sections, report);
}

function sectionHint(key: unknown, known: string[]): string {
  const meant = suggest(String(key), known);
  return meant
    ? `Did you mean "${meant}"?`
    : `Sections: ${known.join(', ')}. One of your own is a list of the same name at the top of the résumé.`;
}
