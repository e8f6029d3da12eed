/** The data folder of one server, locked while the server runs. */
import { join } from 'node:path';
import { takeLock, type Lock } from '../../shared/lock.ts';
import { UserError } from '../../shared/user-error.ts';
import { diskProblem, writeError } from './storage.ts';

export class DataDirectoryInUseError extends UserError {
  override name = 'DataDirectoryInUseError';
}

/**
 * Creates the folder if it is missing and locks it for this process. Takes over the lock of a server that was killed.
 * @throws {DataDirectoryInUseError} if another server runs on it
 * @throws {UserError} if it cannot be written
 */
export function takeDataDirectory(path: string): Lock {
  let taken;
  try {
    taken = takeLock(join(path, 'server.lock'));
  } catch (error) {
    throw writeError(path, error as NodeJS.ErrnoException);
  }
  if ('release' in taken) {
    const problem = diskProblem(path);
    if (!problem) return taken;
    taken.release();
    throw problem;
  }
  const { pid } = taken.holder;
  throw new DataDirectoryInUseError(
    `Another server (process ${pid}) is using the data folder ${path}.`,
    `Stop it (kill ${pid}), or use another folder: --data <folder>`,
  );
}
