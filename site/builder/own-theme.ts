/** The page in the theme that comes with this project, and the pictures that belong to it. */
import { en } from '../language/en.ts';
import { languageFor } from '../language/index.ts';
import type { Settings } from '../resume/settings.ts';
import type { Resume } from '../resume/types.ts';
import type { Download } from '../theme/footer.ts';
import { shortLink } from '../theme/links.ts';
import { plain } from '../theme/markdown.ts';
import { notFoundPage } from '../theme/not-found.ts';
import { page } from '../theme/page.ts';
import { clientScript, styleSheet } from './bundle.ts';
import { displayFontFace } from './display-font.ts';
import { jsonLd } from './files/json-ld.ts';
import { pictures } from './files/pictures.ts';
import { hashedPath, type BuiltFile } from './output.ts';
import { contentSecurityPolicy } from './policy.ts';
import type { RenderedTheme } from './rendered-theme.ts';

const STYLES = ['page.css', 'print.css'];
/** Search results and messengers show about so many characters. */
const DESCRIPTION_LENGTH = 200;

export async function renderOwnTheme(
  resume: Resume,
  settings: Settings,
  photo: BuiltFile | undefined,
): Promise<RenderedTheme> {
  const { basics = {} } = resume;
  const name = basics.name ?? '';
  const words = languageFor(settings.language) ?? en;
  const address = shortLink(settings.url ?? basics.url ?? '');
  const hue = settings.hue === undefined ? '' : `:root{--hue:${settings.hue}!important}`;
  const css = async (text: string) => styleSheet(STYLES, (await displayFontFace(text)) + hue);
  const [script, pageCss, notFoundCss, drawn] = await Promise.all([
    clientScript('index.ts'),
    css(name),
    css(words.notFound.title),
    pictures({ name, label: basics.label ?? '', address }),
  ]);
  const favicon = pictureFile('favicon.svg', 'image/svg+xml', drawn.favicon);
  const touchIcon = pictureFile('touch-icon.png', 'image/png', drawn.touchIcon);
  const card = pictureFile('card.png', 'image/png', drawn.card);
  const head = {
    title: [name, basics.label].filter(Boolean).join(' – '),
    description: shorten(plain(basics.summary ?? basics.label ?? name)),
    canonical: settings.url,
    card: (settings.url ?? '/') + card.path,
    favicon: favicon.path,
    touchIcon: touchIcon.path,
    jsonLd: jsonLd(resume, { url: settings.url, image: photo && (settings.url ?? '/') + photo.path }),
    css: pageCss,
    script,
  };
  return {
    html: (downloads: Download[]) => page(resume, settings, { head, photo: photo?.path, downloads }),
    contentSecurityPolicy: contentSecurityPolicy({ scripts: [script], styles: [pageCss, notFoundCss] }),
    files: [
      {
        path: '404.html',
        contentType: 'text/html; charset=utf-8',
        content: notFoundPage(settings.language, notFoundCss, script),
      },
      favicon,
      touchIcon,
      card,
    ],
    warnings: [],
  };
}

function pictureFile(path: string, contentType: string, content: string | Buffer): BuiltFile {
  return { path: hashedPath(path, content), contentType, content, hashedName: true };
}

/** Cuts at a word. */
function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= DESCRIPTION_LENGTH) return line;
  return `${line.slice(0, DESCRIPTION_LENGTH).replace(/\s+\S*$/, '')}…`;
}
