/** @param url the page's URL with a trailing slash */
export function robots(url: string | undefined): string {
  return `User-agent: *\nAllow: /\n${url ? `Sitemap: ${url}sitemap.xml\n` : ''}`;
}

/** `lastModified` is an ISO 8601 date or date-time. */
export function sitemap(url: string, lastModified: string | undefined): string {
  const day = lastModified?.slice(0, 10);
  return `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <url><loc>${url.replaceAll('&', '&amp;')}</loc>${day ? `<lastmod>${day}</lastmod>` : ''}</url>
</urlset>
`;
}
