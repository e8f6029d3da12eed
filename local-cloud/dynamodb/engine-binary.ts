import { createRequire } from 'node:module';
import { UserError } from '../../shared/user-error.ts';

const require = createRequire(import.meta.url);

/**
 * @param resolve finds a file of an installed package; throws if it is not installed
 * @returns the path of the engine's program
 * @throws {UserError} if it is not installed; the remedy says what to install
 */
export function engineBinary(
  platform: string = `${process.platform}-${process.arch}`,
  resolve: (file: string) => string = require.resolve,
): string {
  try {
    return resolve(`@dynoxide/${platform}/dynoxide${platform.startsWith('win32') ? '.exe' : ''}`);
  } catch {
    const alternative =
      'set DYNAMODB_ENDPOINT to a running DynamoDB, such as DynamoDB Local: DYNAMODB_ENDPOINT=http://127.0.0.1:8000 npm start';
    const { platforms, version } = engine();
    throw new UserError(
      `The database engine for ${platform} is not installed.`,
      platforms.includes(platform)
        ? `Run npm install --no-save @dynoxide/${platform}@${version}, or ${alternative}`
        : `It is not available for this platform; ${alternative}`,
    );
  }
}

interface Manifest {
  enginePlatforms: string[];
  optionalDependencies: Record<string, string>;
}

/** dynoxide is published as `@dynoxide/<platform>` for these, all in one version. */
function engine(): { platforms: string[]; version: string | undefined } {
  const { enginePlatforms, optionalDependencies } = require('../../package.json') as Manifest;
  return { platforms: enginePlatforms, version: optionalDependencies['@dynoxide/linux-x64'] };
}
