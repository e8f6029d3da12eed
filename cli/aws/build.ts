/** Builds what is deployed: site, functions and their packages, where infra/ looks for them. */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SiteManifest } from '../../contract/site-manifest.ts';
import { buildPackages } from '../../functions/package.ts';
import { buildSite } from '../../site/builder/index.ts';
import type { Configuration } from '../configuration/index.ts';
import { UserError } from '../../shared/user-error.ts';

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

/** @returns the files of the site that an earlier {@link build} left; @throws {UserError} if there is no build */
export async function readBuild(): Promise<SiteManifest> {
  const file = join(DIST, 'site.manifest.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as SiteManifest;
  } catch (error) {
    throw new UserError(
      `${file} is missing or damaged: --apply needs the build that its plan was made from.`,
      'Run npm run deploy -- --plan FILE again, then apply that plan.',
      { cause: error },
    );
  }
}

/** Commit of the checkout, or undefined without git. */
export function currentCommit(): string | undefined {
  const { status, stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: DIST, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
