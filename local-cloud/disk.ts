import { statfsSync } from 'node:fs';

/** Room for the next transactions of the database and its log, in bytes. */
const MIN_FREE_BYTES = 128 * 1024;

/**
 * Why nothing more can be stored in a folder; `undefined` while there is room. Cheap enough for every handshake. The database
 * also writes a probe now and then (dynamodb/storage.ts), which finds quotas and failing disks.
 */
export function outOfSpace(folder: string): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize >= MIN_FREE_BYTES) return undefined;
    return `The disk that holds ${folder} is full. Free some space on it (df -h ${folder}).`;
  } catch (error) {
    return `The disk that holds ${folder} cannot be read: ${(error as Error).message}`;
  }
}
