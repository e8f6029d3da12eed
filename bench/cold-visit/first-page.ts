import { createHash } from 'node:crypto';
import type { BuiltSite } from '../../contract/site-manifest.ts';

/** The first design's page: a line of text and the shortest client. It shows what the broadcast says. */
export const FIRST_PAGE =
  pageOf(`<!doctype html><html lang="en"><meta charset="utf-8"><title>First design</title>
<p>Visitors: <span data-counter="visits"></span></p>
<script>
new WebSocket(location.href.replace(/^http/, 'ws') + 'live').onmessage = ({ data }) => {
  document.querySelector('span').textContent = JSON.parse(data).count;
};
</script>`);

/** A site of one page. */
export function pageOf(html: string): BuiltSite {
  const content = Buffer.from(html);
  const file = {
    path: 'index.html',
    contentType: 'text/html; charset=utf-8',
    cacheControl: 'no-cache',
    sha256: createHash('sha256').update(content).digest('base64'),
  };
  const contentSecurityPolicy = "default-src 'self' 'unsafe-inline'; connect-src *";
  return { manifest: { files: [file], contentSecurityPolicy }, contents: new Map([[file.path, content]]) };
}
