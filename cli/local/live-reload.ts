/** Makes the pages of `npm run dev` reload when the site was rebuilt. A published page never contains this. */
import { createHash } from 'node:crypto';
import type { BuiltSite } from '../../contract/site-manifest.ts';

/** Polls the page's ETag twice a second: this needs no further endpoint and survives a restart of the server. */
const SCRIPT = `let known;
setInterval(async () => {
  const answer = await fetch(location.pathname, { method: 'HEAD', cache: 'no-store' }).catch(() => undefined);
  const version = answer?.ok ? answer.headers.get('etag') : known;
  if (known && version !== known) location.reload();
  known = version;
}, 500);`;

/** Adds the script to every page, and what it needs to the policy. The built files stay as they are. */
export function addLiveReload({ manifest, contents }: BuiltSite): BuiltSite {
  const isPage = new Set(
    manifest.files.filter(({ contentType }) => contentType.startsWith('text/html')).map(({ path }) => path),
  );
  const withScript = (page: Uint8Array) => Buffer.from(`${Buffer.from(page)}<script>${SCRIPT}</script>\n`);
  const hash = createHash('sha256').update(SCRIPT).digest('base64');
  const contentSecurityPolicy = manifest.contentSecurityPolicy
    .replace('script-src ', `script-src 'sha256-${hash}' `)
    .replace('connect-src ', "connect-src 'self' ");
  return {
    manifest: { ...manifest, contentSecurityPolicy },
    contents: new Map(
      [...contents].map(([path, content]) => [path, isPage.has(path) ? withScript(content) : content]),
    ),
  };
}
