import { statfsSync } from 'node:fs';

/** Room for the next transactions of the database and its log, in bytes. */
const MIN_FREE_BYTES = 128 * 1024;

/** Why nothing more should be stored in a folder; `undefined` while there is room. */
export function diskProblem(folder: string): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize >= MIN_FREE_BYTES) return undefined;
    return `The disk that holds ${folder} is full (${Math.round((bavail * bsize) / 1024)} KB free). Make room on it.`;
  } catch (error) {
    return `The disk that holds ${folder} cannot be read: ${(error as Error).message}`;
  }
}
