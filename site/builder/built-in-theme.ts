import type { Edition } from '../resume/editions.ts';
import { plain } from '../theme/markdown.ts';
import { page, type Download, type PageParts } from '../theme/page.ts';
import { commonFiles, pageStyles, type RenderedTheme, type RenderOptions } from './common-files.ts';
import { jsonLd } from './files/json-ld.ts';
import { contentSecurityPolicy } from './policy.ts';

/** About as many characters as search results and messengers show. */
const DESCRIPTION_LENGTH = 200;

export async function renderBuiltInTheme({
  edition,
  editions,
  photo,
  alternates,
  privacy,
}: RenderOptions): Promise<RenderedTheme> {
  const { resume, settings, path, variant } = edition;
  const { name = '', label, summary } = resume.basics ?? {};
  const common = await commonFiles(edition, privacy);
  const root = settings.url ?? '/';
  const unlisted = variant !== undefined;
  const url = settings.url && settings.url + path;
  const head = {
    title: [name, label].filter(Boolean).join(' – '),
    description: shorten(plain(summary ?? label ?? name)),
    canonical: unlisted ? undefined : url,
    alternates,
    noindex: unlisted,
    card: root + common.card,
    favicon: common.favicon,
    touchIcon: common.touchIcon,
    jsonLd: jsonLd(resume, { url, image: photo && root + photo.path }),
    script: common.script,
  };
  // Relative: the switch works wherever the site is.
  const languages = alternates
    .filter(({ language }) => ![settings.language, 'x-default'].includes(language))
    .map(({ language, href }) => ({ language, href: href.slice(root.length) || './' }));
  const parts = { photo: photo?.path, languages };
  const css = await pageStyles(name, edition, pagesOf(editions, common.script));
  return {
    html: (downloads: Download[]) => page(resume, settings, { ...parts, head: { ...head, css }, downloads }),
    contentSecurityPolicy: contentSecurityPolicy({
      scripts: common.inline.scripts,
      styles: [css, ...common.inline.styles],
    }),
    files: common.files,
    how: common.how,
    warnings: [],
  };
}

/**
 * What all editions may show. They share one style sheet: each further one would add a hash to the policy, whose length is limited.
 */
function pagesOf(editions: Edition[], script: string): string {
  const link = { language: 'en', href: '', label: '' };
  const parts: PageParts = {
    head: { title: '', description: '', favicon: '', css: '', script },
    photo: editions.some(({ resume }) => resume.basics?.image) ? 'photo' : undefined,
    downloads: [link],
    languages: editions.length > 1 ? [link] : [],
  };
  return editions.map(({ resume, settings }) => page(resume, settings, parts)).join('');
}

/** Cuts at the end of a word. */
function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= DESCRIPTION_LENGTH) return line;
  return `${line.slice(0, DESCRIPTION_LENGTH).replace(/\s+\S*$/, '')}…`;
}
