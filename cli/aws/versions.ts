/** What a new version of Cloud Resume changes in AWS, and which versions a deploy must not skip. */
import { UserError } from '../../shared/user-error.ts';
import { isOlder } from '../configuration/version.ts';

export interface Migration {
  version: string;
  /** What owners notice. */
  changes: string;
  /** Later versions can only be deployed after this one, because it moves what they expect to find. */
  isRequired?: boolean;
}

/** In the order of versions. */
export const MIGRATIONS: Migration[] = [
  {
    version: '0.1.0',
    changes:
      'page and counter share one domain. CloudFront takes some minutes; open pages show the last number until they are reloaded.',
  },
];

/**
 * @param deployed version of the last deploy; undefined if it recorded none
 * @returns lines about what this deploy changes that the plan does not explain
 * @throws {UserError} where it would skip a required version, or go back behind one
 */
export function checkVersions(deployed = '0.0.0', version: string, migrations = MIGRATIONS): string[] {
  const between = migrations.filter(
    (migration) => isOlder(deployed, migration.version) && !isOlder(version, migration.version),
  );
  const [skipped] = between.filter(
    (migration) => migration.isRequired && isOlder(migration.version, version),
  );
  if (skipped) {
    throw new UserError(
      `AWS has version ${deployed}; ${version} can only follow ${skipped.version}, which changes this first: ${skipped.changes}`,
      `Run npm install cloud-resume@${skipped.version} and npm run deploy. Then install ${version} again and deploy.`,
    );
  }
  if (isOlder(compatible(version), compatible(deployed))) {
    throw new UserError(
      `AWS has version ${deployed}, which ${version} cannot read.`,
      `Run npm install cloud-resume@${deployed} or newer, then deploy.`,
    );
  }
  return between.map((migration) => `New in ${migration.version}: ${migration.changes}`);
}

/** SemVer: 1.2.3 and 1.9.0 are compatible, so are 0.2.1 and 0.2.9, but not 0.2.1 and 0.3.0. */
function compatible(version: string): string {
  const [major, minor] = version.split('.');
  return major === '0' ? `0.${minor}.0` : `${major}.0.0`;
}
