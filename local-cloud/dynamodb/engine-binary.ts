import { createRequire } from 'node:module';
import { DynamoDBError } from './errors.ts';

const require = createRequire(import.meta.url);

/** What dynoxide is published for, as `@dynoxide/<platform>`. */
const PUBLISHED = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64'];

/**
 * Path of the engine's program for a platform (`linux-x64`).
 * @param resolve finds a file of an installed package; throws where it is not installed
 * @throws {DynamoDBError} EngineMissing, in one line with what to install
 */
export function engineBinary(
  platform: string = `${process.platform}-${process.arch}`,
  resolve: (file: string) => string = require.resolve,
): string {
  try {
    return resolve(`@dynoxide/${platform}/dynoxide${platform.startsWith('win32') ? '.exe' : ''}`);
  } catch {
    const elsewhere =
      'set DYNAMODB_ENDPOINT to a running DynamoDB, such as DynamoDB Local: DYNAMODB_ENDPOINT=http://127.0.0.1:8000 npm start';
    throw new DynamoDBError(
      'EngineMissing',
      `The database engine for ${platform} is not installed.`,
      PUBLISHED.includes(platform)
        ? `Run npm install --no-save @dynoxide/${platform}@${lockedVersion()}, or ${elsewhere}`
        : `There is none for this platform; ${elsewhere}`,
    );
  }
}

/** The version that package-lock.json pins; all platforms' packages are published in step. */
function lockedVersion(): string {
  const { packages } = require('../../package-lock.json') as {
    packages: Record<string, { version?: string }>;
  };
  return packages['node_modules/@dynoxide/linux-x64']?.version ?? 'latest';
}
