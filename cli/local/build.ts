/** Builds the site and the functions' packages, for `npm run build` and `npm run deploy`. */
import { join } from 'node:path';
import type { SiteManifest } from '../../contract/site-manifest.ts';
import { buildPackages } from '../../functions/package.ts';
import { UserError } from '../../shared/user-error.ts';
import { buildSite, type BuildOptions, type BuildResult } from '../../site/builder/index.ts';
import { readManifest } from '../../site/builder/output.ts';
import { OWNER } from '../configuration/folders.ts';

/** Where infra/ looks for them. */
const DIST = join(OWNER, 'dist');

/** @throws {UserError} where the résumé has a mistake */
export async function buildAll(options: Omit<BuildOptions, 'outDirectory'>): Promise<BuildResult> {
  const [site] = await Promise.all([
    buildSite({ ...options, outDirectory: join(DIST, 'site') }),
    buildPackages({ outDirectory: join(DIST, 'functions') }),
  ]);
  return site;
}

/**
 * @returns the files of the site that an earlier {@link buildAll} left
 * @throws {UserError} where there is no build
 */
export async function readBuild(): Promise<SiteManifest> {
  try {
    return await readManifest(join(DIST, 'site'));
  } catch (error) {
    throw new UserError(
      `${join(DIST, 'site.manifest.json')} is missing or damaged: --apply needs the build that its plan was made from.`,
      'Run npm run deploy -- --plan FILE again, then apply that plan.',
      { cause: error },
    );
  }
}
