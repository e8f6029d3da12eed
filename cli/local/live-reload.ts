/** Reloads the pages of `npm run dev` after a build, and shows why one failed. A published page never contains this. */
import type { BuiltSite } from '../../contract/site-manifest.ts';
import { hashSource } from '../../site/builder/policy.ts';
import { markup, raw } from '../../site/theme/html.ts';

/** Polls the page's ETag twice a second: this needs no further endpoint and survives a restart of the server. */
const SCRIPT = `let known;
setInterval(async () => {
  const answer = await fetch(location.pathname, { method: 'HEAD', cache: 'no-store' }).catch(() => undefined);
  const version = answer?.ok ? answer.headers.get('etag') : known;
  if (known && version !== known) location.reload();
  known = version;
}, 500);`;

/** Covers the page that the last good build left. Escape and a click do nothing: it goes when the mistake is fixed. */
const ERROR_STYLE = `.build-error{position:fixed;inset:auto 0 0;z-index:9;max-height:80vh;overflow:auto;margin:0;padding:1.5rem;background:#2b0d0d;color:#ffd9d9;font:0.875rem/1.5 ui-monospace,monospace;white-space:pre-wrap}`;

/**
 * Adds the script to every page, and what it needs to the policy. The built files stay as they are.
 * @param error why the newest build failed, to show over the last good page
 */
export function addLiveReload({ manifest, contents }: BuiltSite, error?: string): BuiltSite {
  const isPage = new Set(
    manifest.files.filter(({ contentType }) => contentType.startsWith('text/html')).map(({ path }) => path),
  );
  const added =
    error === undefined
      ? ''
      : markup`<style>${raw(ERROR_STYLE)}</style><pre class="build-error" role="alert">${error.trim()}</pre>`
          .text;
  const withScript = (page: Uint8Array) =>
    Buffer.from(`${Buffer.from(page)}${added}<script>${SCRIPT}</script>\n`);
  const contentSecurityPolicy = manifest.contentSecurityPolicy
    .replace('script-src ', `script-src ${hashSource(SCRIPT)} `)
    .replace('style-src ', `style-src ${hashSource(ERROR_STYLE)} `)
    .replace('connect-src ', "connect-src 'self' ");
  return {
    manifest: { ...manifest, contentSecurityPolicy },
    contents: new Map(
      [...contents].map(([path, content]) => [path, isPage.has(path) ? withScript(content) : content]),
    ),
  };
}
