/** Builds what is deployed: site, functions and their packages, where infra/ looks for them. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SiteManifest } from '../../contract/site-manifest.ts';
import { buildPackages } from '../../functions/package.ts';
import { buildSite } from '../../site/builder/index.ts';
import type { Configuration } from '../configuration/index.ts';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

/** @returns the site's files; @throws a UserError where the résumé has a fault */
export async function build(
  { resume, settings }: Configuration,
  say: (line: string) => void,
): Promise<SiteManifest> {
  const [{ manifest, warnings }] = await Promise.all([
    buildSite({
      resumeFile: resume,
      outDirectory: join(DIST, 'site'),
      url: settings.domain && `https://${settings.domain}`,
      theme: settings.theme,
      paper: settings.paper,
    }),
    buildPackages({ outDirectory: join(DIST, 'functions') }),
  ]);
  for (const warning of warnings) say(`\n${warning}\n`);
  say(`  ${manifest.files.length} files of the site, 2 functions`);
  return manifest;
}
