/** The page in the theme that comes with this project. */
import type { Settings } from '../resume/settings.ts';
import type { Resume } from '../resume/types.ts';
import type { Download } from '../theme/footer.ts';
import { plain } from '../theme/markdown.ts';
import { page } from '../theme/page.ts';
import { accompany, ownStyles } from './accompany.ts';
import { jsonLd } from './files/json-ld.ts';
import type { BuiltFile } from './output.ts';
import { contentSecurityPolicy } from './policy.ts';
import type { RenderedTheme } from './rendered-theme.ts';

/** Search results and messengers show about so many characters. */
const DESCRIPTION_LENGTH = 200;

export async function renderOwnTheme(
  resume: Resume,
  settings: Settings,
  photo: BuiltFile | undefined,
): Promise<RenderedTheme> {
  const { name = '', label, summary } = resume.basics ?? {};
  const [around, css] = await Promise.all([accompany(resume, settings), ownStyles(name, settings)]);
  const { script } = around.inline;
  const root = settings.url ?? '/';
  const head = {
    title: [name, label].filter(Boolean).join(' – '),
    description: shorten(plain(summary ?? label ?? name)),
    canonical: settings.url,
    card: root + around.card,
    favicon: around.favicon,
    touchIcon: around.touchIcon,
    jsonLd: jsonLd(resume, { url: settings.url, image: photo && root + photo.path }),
    css,
    script,
  };
  return {
    html: (downloads: Download[]) => page(resume, settings, { head, photo: photo?.path, downloads }),
    contentSecurityPolicy: contentSecurityPolicy({ scripts: [script], styles: [css, around.inline.css] }),
    files: around.files,
    warnings: [],
  };
}

/** Cuts at a word. */
function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= DESCRIPTION_LENGTH) return line;
  return `${line.slice(0, DESCRIPTION_LENGTH).replace(/\s+\S*$/, '')}…`;
}
