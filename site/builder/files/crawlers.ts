import type { Edition } from '../../resume/editions.ts';
import { lastModified } from '../../resume/settings.ts';
import { escape } from '../../theme/html.ts';

/** @param url the page's URL with a trailing slash */
export function robots(url: string | undefined): string {
  return `User-agent: *\nAllow: /\n${url ? `Sitemap: ${url}sitemap.xml\n` : ''}`;
}

/** The page in each of its languages. All must have a URL. */
export function sitemap(languages: Edition[]): string {
  const links = languages.map(({ settings, path }) => ({
    language: settings.language,
    href: escape(settings.url! + path),
  }));
  const alternates =
    links.length > 1
      ? links
          .map(({ language, href }) => `<xhtml:link rel="alternate" hreflang="${language}" href="${href}"/>`)
          .join('')
      : '';
  const pages = languages.map(({ resume }, index) => {
    const day = lastModified(resume)?.slice(0, 10);
    return `  <url><loc>${links[index]!.href}</loc>${day ? `<lastmod>${day}</lastmod>` : ''}${alternates}</url>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"${alternates && ' xmlns:xhtml="http://www.w3.org/1999/xhtml"'}>
${pages.join('\n')}
</urlset>
`;
}
