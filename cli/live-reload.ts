/** Lets the pages of `npm run dev` reload themselves when the site was rebuilt. What is published never holds any of this. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SiteManifest } from '../contract/site-manifest.ts';

/** Asks for the page's version twice a second: nothing to serve beyond the site itself, and it outlives a restart of the server. */
const SCRIPT = `let known;
setInterval(async () => {
  const answer = await fetch(location.pathname, { method: 'HEAD', cache: 'no-store' }).catch(() => undefined);
  const version = answer?.ok ? answer.headers.get('etag') : known;
  if (known && version !== known) location.reload();
  known = version;
}, 500);`;

/** Adds the script to the built page, and to the policy what it needs. Returns the manifest to serve. */
export async function addLiveReload(directory: string, manifest: SiteManifest): Promise<SiteManifest> {
  const page = join(directory, 'index.html');
  await writeFile(page, `${await readFile(page, 'utf8')}<script>${SCRIPT}</script>\n`);
  const hash = createHash('sha256').update(SCRIPT).digest('base64');
  return {
    ...manifest,
    contentSecurityPolicy: manifest.contentSecurityPolicy
      .replace('script-src ', `script-src 'sha256-${hash}' `)
      .replace('connect-src ', "connect-src 'self' "),
  };
}
