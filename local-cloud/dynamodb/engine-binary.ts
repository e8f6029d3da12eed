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
    throw new UserError(
      `The database engine for ${platform} is not installed.`,
      publishedPlatforms().includes(platform)
        ? `Run npm install --no-save @dynoxide/${platform}@${lockedVersion()}, or ${alternative}`
        : `It is not available for this platform; ${alternative}`,
    );
  }
}

/** dynoxide is published as `@dynoxide/<platform>` for these; cli/main.mjs reads the same list. */
function publishedPlatforms(): string[] {
  return (require('../../package.json') as { enginePlatforms: string[] }).enginePlatforms;
}

/** The version in package-lock.json. The packages of all platforms are published together. */
function lockedVersion(): string {
  const { packages } = require('../../package-lock.json') as {
    packages: Record<string, { version?: string }>;
  };
  return packages['node_modules/@dynoxide/linux-x64']?.version ?? 'latest';
}
