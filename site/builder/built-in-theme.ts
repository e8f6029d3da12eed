import type { Settings } from '../resume/settings.ts';
import type { Resume } from '../resume/types.ts';
import type { Download } from '../theme/footer.ts';
import { plain } from '../theme/markdown.ts';
import { page } from '../theme/page.ts';
import { commonFiles, pageStyles, type RenderedTheme } from './common-files.ts';
import { jsonLd } from './files/json-ld.ts';
import type { BuiltFile } from './output.ts';
import { contentSecurityPolicy } from './policy.ts';

/** About as many characters as search results and messengers show. */
const DESCRIPTION_LENGTH = 200;

export async function renderBuiltInTheme(
  resume: Resume,
  settings: Settings,
  photo: BuiltFile | undefined,
): Promise<RenderedTheme> {
  const { name = '', label, summary } = resume.basics ?? {};
  const [common, css] = await Promise.all([
    commonFiles(resume, settings),
    pageStyles(name, resume, settings),
  ]);
  const { script } = common;
  const root = settings.url ?? '/';
  const head = {
    title: [name, label].filter(Boolean).join(' – '),
    description: shorten(plain(summary ?? label ?? name)),
    canonical: settings.url,
    card: root + common.card,
    favicon: common.favicon,
    touchIcon: common.touchIcon,
    jsonLd: jsonLd(resume, { url: settings.url, image: photo && root + photo.path }),
    css,
    script,
  };
  return {
    html: (downloads: Download[]) => page(resume, settings, { head, photo: photo?.path, downloads }),
    contentSecurityPolicy: contentSecurityPolicy({
      scripts: common.inline.scripts,
      styles: [css, ...common.inline.styles],
    }),
    files: common.files,
    how: common.how,
    warnings: [],
  };
}

/** Cuts at the end of a word. */
function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= DESCRIPTION_LENGTH) return line;
  return `${line.slice(0, DESCRIPTION_LENGTH).replace(/\s+\S*$/, '')}…`;
}
