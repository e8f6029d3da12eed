/** What stands around the page, whichever theme made it: icons, the card, the page for missing addresses. */
import { en } from '../language/en.ts';
import { languageFor } from '../language/index.ts';
import type { Settings } from '../resume/settings.ts';
import type { Resume } from '../resume/types.ts';
import { shortLink } from '../theme/links.ts';
import { notFoundPage } from '../theme/not-found.ts';
import { clientScript, styleSheet } from './bundle.ts';
import { displayFontFace } from './display-font.ts';
import { pictures } from './files/pictures.ts';
import { hashedPath, type BuiltFile } from './output.ts';

export interface Accompaniment {
  files: BuiltFile[];
  favicon: string;
  touchIcon: string;
  card: string;
  /** Inline code of 404.html, for the policy. */
  inline: { script: string; css: string };
}

export async function accompany(resume: Resume, settings: Settings): Promise<Accompaniment> {
  const { name = '', label = '', url = '' } = resume.basics ?? {};
  const words = languageFor(settings.language) ?? en;
  const [script, css, drawn] = await Promise.all([
    clientScript('index.ts'),
    ownStyles(words.notFound.title, settings),
    pictures({ name, label, address: shortLink(settings.url ?? url) }),
  ]);
  const favicon = picture('favicon.svg', 'image/svg+xml', drawn.favicon);
  const touchIcon = picture('touch-icon.png', 'image/png', drawn.touchIcon);
  const card = picture('card.png', 'image/png', drawn.card);
  const notFound = {
    path: '404.html',
    contentType: 'text/html; charset=utf-8',
    content: notFoundPage(settings.language, css, script),
  };
  return {
    files: [notFound, favicon, touchIcon, card],
    favicon: favicon.path,
    touchIcon: touchIcon.path,
    card: card.path,
    inline: { script, css },
  };
}

/** The style sheet of our own pages; `heading` is what the display font draws. */
export async function ownStyles(heading: string, settings: Settings): Promise<string> {
  const hue = settings.hue === undefined ? '' : `:root:root{--hue:${settings.hue}}`;
  return styleSheet(['page.css', 'print.css'], (await displayFontFace(heading)) + hue);
}

function picture(path: string, contentType: string, content: string | Buffer): BuiltFile {
  return { path: hashedPath(path, content), contentType, content, hashedName: true };
}
