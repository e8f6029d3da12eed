import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { howPage, type HowParts } from '../how/page.ts';
import { en } from '../language/en.ts';
import { languageFor } from '../language/index.ts';
import type { Edition } from '../resume/editions.ts';
import type { Alternate } from '../theme/head.ts';
import { shortLink } from '../theme/links.ts';
import { privacyWords, type PrivacyFacts } from '../privacy/words.ts';
import { notFoundPage, privacyPage, type Download } from '../theme/page.ts';
import { clientScript, styleSheet } from './bundle.ts';
import { displayFontParts, fontFace } from './font-subset.ts';
import { pictures } from './files/pictures.ts';
import { hashedPath, textFile, type BuiltFile } from './output.ts';
import { usedCss } from './used-css.ts';

/** What a theme renders. */
export interface RenderOptions {
  edition: Edition;
  /** This one and the others of the site. */
  editions: Edition[];
  photo: BuiltFile | undefined;
  /** The page in all its languages; empty if there is only one. */
  alternates: Alternate[];
  privacy: PrivacyFacts;
}

/** A résumé rendered by our theme or a third-party one. */
export interface RenderedTheme {
  /** A theme may ignore the downloads. */
  html(downloads: Download[]): string;
  contentSecurityPolicy: string;
  /** Files that come with the page, including `404.html`. */
  files: BuiltFile[];
  how: How | undefined;
  warnings: string[];
}

/** Renders `/how`, once everything else is built. */
export type How = (parts: Pick<HowParts, 'siteHash' | 'source'>) => string;

/** Files that every theme needs: icons, the OpenGraph card, and with the main edition 404.html and /how. */
export interface CommonFiles {
  files: BuiltFile[];
  favicon: string;
  touchIcon: string;
  card: string;
  /** The script of our own pages. */
  script: string;
  how: How | undefined;
  /** Inline code of 404.html and /how. The policy needs its hashes. */
  inline: { scripts: string[]; styles: string[] };
}

/** Path of the privacy page in an edition's language. Variants link to the main edition's. */
export function privacyPath({ path, variant }: Edition): string {
  return path === '' || variant !== undefined ? 'privacy' : `privacy-${path}`;
}

export async function commonFiles(edition: Edition, privacy: PrivacyFacts): Promise<CommonFiles> {
  const { resume, settings, path, variant } = edition;
  const { name = '', label = '', url = '' } = resume.basics ?? {};
  const words = languageFor(settings.language) ?? en;
  const isMain = path === '';
  const [script, how, drawn] = await Promise.all([
    clientScript('client/index.ts'),
    settings.how && isMain ? howCode(edition) : undefined,
    pictures({ name, label, address: shortLink(settings.url ?? url) }),
  ]);
  const notFoundHtml = (css: string) => notFoundPage(settings.language, css, script);
  const privacyHtml = (css: string) => privacyPage(settings.language, privacy, `/${path}`, css, script);
  const css = await pageStyles(
    words.notFound.title + privacyWords(settings.language).words.title,
    edition,
    notFoundHtml('') + privacyHtml(''),
  );
  const favicon = picture('favicon.svg', 'image/svg+xml', drawn.favicon);
  const touchIcon = picture('touch-icon.png', 'image/png', drawn.touchIcon);
  // The card of an unlisted page must not be listed either, so it needs a path of its own.
  const card: BuiltFile =
    variant === undefined
      ? picture('card.png', 'image/png', drawn.card)
      : { ...picture(`card.${path}.png`, 'image/png', drawn.card), unlisted: true };
  return {
    files: [
      ...(isMain ? [textFile('404.html', 'text/html', notFoundHtml(css))] : []),
      ...(variant === undefined ? [textFile(privacyPath(edition), 'text/html', privacyHtml(css))] : []),
      favicon,
      touchIcon,
      card,
    ],
    favicon: favicon.path,
    touchIcon: touchIcon.path,
    card: card.path,
    script,
    how: how && ((parts) => howPage({ ...parts, ...how, name, favicon: favicon.path })),
    inline: {
      scripts: [script, ...(how ? [how.script] : [])],
      styles: [css, ...(how ? [how.css] : [])],
    },
  };
}

async function howCode(edition: Edition): Promise<{ script: string; css: string }> {
  const script = await clientScript('how/client.ts');
  const html = howPage({ name: '', favicon: '', css: '', script, siteHash: '', source: undefined });
  const css = await pageStyles('How this page works', edition, html, [
    '../../how/picture.css',
    '../../how/how.css',
  ]);
  return { script, css };
}

/**
 * The style sheet of our pages.
 * @param heading text in the display font
 * @param html the pages without it
 * @param more further style sheets
 */
export async function pageStyles(
  heading: string,
  { settings, resumeFile }: Edition,
  html: string,
  more: string[] = [],
): Promise<string> {
  const hue = settings.hue === undefined ? '' : `:root:root{--hue:${settings.hue}}`;
  const [letters, sheet, owner] = await Promise.all([
    displayFontParts(heading, 'woff2'),
    styleSheet(['base.css', 'counter.css', 'header.css', 'sections.css', 'print.css', ...more]),
    ownerStyles(resumeFile, settings.hue),
  ]);
  return fontFace('Display', letters) + hue + usedCss(sheet, html) + owner;
}

/** Rules that follow those of the theme; empty without a theme.css next to the résumé. */
async function ownerStyles(resumeFile: string, hue: number | undefined): Promise<string> {
  const text = await readFile(join(dirname(resumeFile), 'theme.css'), 'utf8').catch(() => '');
  if (!text.trim()) return '';
  const { themeCss } = await import('./theme-css.ts');
  return themeCss(text, await styleSheet(['base.css']), hue);
}

function picture(path: string, contentType: string, content: string | Buffer): BuiltFile {
  return { path: hashedPath(path, content), contentType, content, hashedName: true };
}
