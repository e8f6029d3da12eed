/** Editions of a résumé: its languages (`resume.de.json` next to `resume.json`) and its variants. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { isObject } from '../../shared/path.ts';
import { UserError } from '../../shared/user-error.ts';
import { loadResume, type CheckedResume, type LoadOptions } from './index.ts';
import { settingsOf, type Settings } from './settings.ts';
import type { Resume } from './types.ts';
import { RESERVED_PATHS, withVariant } from './variants.ts';

export interface Edition {
  /** Path of its page: empty for the main one, else `de`, `consulting`. */
  path: string;
  resumeFile: string;
  /** Without anything private or hidden. */
  resume: Resume;
  settings: Settings;
  /** The name of a variant: its files are not linked, and not listed by search engines. */
  variant?: string;
}

export interface Editions {
  /** The main edition, other languages, variants. */
  editions: [main: Edition, ...others: Edition[]];
  warnings: string[];
}

/** Settings that other languages take over from the main file. */
const SHARED_SETTINGS = ['url', 'hue', 'how', 'links', 'pages', 'sections'];

/**
 * Loads a résumé with its languages and variants.
 * @param options `url` overrides `meta.site.url`; variants never contain `resume.private.json`
 * @throws UserError if a file cannot be read, or two editions have the same path or language
 */
export async function loadEditions(
  resumeFile: string,
  { url, ...options }: { url?: string | undefined } & Pick<LoadOptions, 'fetchPhoto' | 'withPrivate'> = {},
): Promise<Editions> {
  const main = await loadResume(resumeFile, options);
  const languages = await languageFiles(resumeFile);
  const loadedFiles = await Promise.all(
    languages.map(async ({ tag, file }) => ({
      tag,
      file,
      loaded: await loadResume(file, { ...options, hide: main.settings.private }),
    })),
  );
  const { others, repeated } = withoutMainLanguage(main, loadedFiles);
  const listed: Edition[] = [
    { path: '', resumeFile, resume: main.resume, settings: settingsOf(main.resume, { url }) },
    ...others.map(({ tag, file, loaded }) => ({
      path: tag,
      resumeFile: file,
      resume: loaded.resume,
      settings: languageSettings(main, loaded, tag, url),
    })),
  ];
  const sources = [main, ...others.map(({ loaded }) => loaded)];
  const variants = await Promise.all(
    listed.flatMap((edition, index) =>
      sources[index]!.settings.variants.map(async (variant): Promise<Edition> => {
        const hide = [...main.settings.private, ...(variant.hide ?? [])];
        const { resume } = await loadResume(edition.resumeFile, { hide, show: variant.show });
        const { order = [] } = variant;
        return {
          path: variant.path,
          resumeFile: edition.resumeFile,
          resume: withVariant(resume, variant),
          settings: { ...edition.settings, sections: [...new Set([...order, ...edition.settings.sections])] },
          variant: variant.name,
        };
      }),
    ),
  );
  const editions = [...listed, ...variants] as Editions['editions'];
  refuseCollisions(editions);
  return {
    editions,
    warnings: [
      ...sources.map(({ warnings }) => warnings),
      ...repeated.map(
        ({ file, language }) =>
          `${file} is in ${language}, like ${basename(resumeFile)}: it is left out. Set meta.site.language if that is wrong.`,
      ),
      ...others.map(({ file, loaded }) => missingPaths(file, resumeFile, loaded)),
    ].filter((text) => text !== ''),
  };
}

interface LoadedFile extends LanguageFile {
  loaded: CheckedResume;
}

/** Many repositories have a `resume.en.json` beside an English `resume.json`. */
function withoutMainLanguage(main: CheckedResume, files: LoadedFile[]) {
  const languageOf = ({ tag, loaded }: LoadedFile) => languageSettings(main, loaded, tag).language;
  const isRepeated = (file: LoadedFile) => languageOf(file) === settingsOf(main.resume).language;
  return {
    others: files.filter((file) => !isRepeated(file)),
    repeated: files.filter(isRepeated).map((file) => ({ file: file.file, language: languageOf(file) })),
  };
}

function languageSettings(main: CheckedResume, loaded: CheckedResume, tag: string, url?: string): Settings {
  const site = (resume: Resume) => (isObject(resume.meta?.['site']) ? resume.meta['site'] : {});
  const shared = Object.entries(site(main.resume)).filter(([key]) => SHARED_SETTINGS.includes(key));
  const own = site(loaded.resume);
  const language = String(own['language'] ?? 'en');
  const isSame = new Intl.Locale(language).language === new Intl.Locale(tag).language;
  const merged = { ...Object.fromEntries(shared), ...own, language: isSame ? language : tag };
  return settingsOf({ ...loaded.resume, meta: { site: merged } }, { url });
}

/** `private` of the main file holds for all languages; a path that matches nothing may be a mistake. */
function missingPaths(file: string, mainFile: string, { unmatched }: CheckedResume): string {
  if (!unmatched.length) return '';
  return `${file}: nothing matches ${unmatched.join(', ')}, which ${basename(mainFile)} hides. Check that this file contains nothing private.`;
}

interface LanguageFile {
  /** As in the file's name: `pt-BR`. */
  tag: string;
  file: string;
}

/** `resume.de.json`, `resume.pt-BR.yaml` next to `resume.json`. Other names, such as `resume.old.json`, are not languages. */
export async function languageFiles(resumeFile: string): Promise<LanguageFile[]> {
  const folder = dirname(resumeFile);
  const stem = basename(resumeFile, extname(resumeFile));
  const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
  return (await readdir(folder))
    .filter((name) => name.startsWith(`${stem}.`) && /\.(json|jsonc|ya?ml)$/.test(name))
    .map((name) => ({ tag: name.slice(stem.length + 1).replace(/\.[^.]*$/, ''), file: join(folder, name) }))
    .filter(({ tag }) => /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(tag) && names.of(tag))
    .sort((a, b) => (a.tag < b.tag ? -1 : 1));
}

function refuseCollisions(editions: Edition[]): void {
  const describe = ({ variant, resumeFile }: Edition) =>
    variant ? `the variant "${variant}"` : basename(resumeFile);
  for (const [index, edition] of editions.entries()) {
    const earlier = editions.slice(0, index);
    const samePath = earlier.find(({ path }) => path.toLowerCase() === edition.path.toLowerCase());
    if (samePath || RESERVED_PATHS.includes(edition.path.toLowerCase()))
      throw new UserError(
        samePath
          ? `${describe(samePath)} and ${describe(edition)} both have the path /${edition.path}.`
          : `${describe(edition)} has the path /${edition.path}, which the site uses itself.`,
        'Rename one of them.',
      );
    const sameLanguage = earlier.find(({ settings }) => settings.language === edition.settings.language);
    if (sameLanguage && !edition.variant)
      throw new UserError(
        `${describe(sameLanguage)} and ${describe(edition)} are both in ${edition.settings.language}.`,
        'Set meta.site.language in each, or delete one of them.',
      );
  }
}
