/** The data folder of one server: locked while the server runs, and whether it can keep what is written to it. */
import { rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock, type Lock } from '../../shared/lock.ts';
import { UserError } from '../../shared/user-error.ts';

/** Room for the next few transactions. */
const PROBE_BYTES = 128 * 1024;

const OTHER_FOLDER = 'or choose another folder: --data <folder>';

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

/** Names the disk as the cause where it is one. `error` comes from writing to `folder`. */
export function writeError(
  folder: string,
  { code, message }: Pick<NodeJS.ErrnoException, 'code'> & { message?: string },
): UserError {
  const [what, remedy] = {
    ENOSPC: [`The disk that holds ${folder} is full.`, `Free some space on it (df -h ${folder}),`],
    EDQUOT: [`The disk quota for ${folder} is used up.`, 'Delete some of your files there,'],
    EIO: [`The disk that holds ${folder} reports errors (EIO).`, 'Check the disk,'],
    EROFS: [
      `The disk that holds ${folder} is read-only (EROFS).`,
      'Mount it writable; after errors on the disk, Linux may have mounted it read-only,',
    ],
  }[code ?? ''] ?? [
    `The data folder ${folder} cannot be written (${code ?? message}).`,
    'Make the folder writable,',
  ];
  return new UserError(what!, `${remedy} ${OTHER_FOLDER}`);
}

/**
 * Why nothing more can be stored in a folder; `undefined` while there is room. Cheap enough for every handshake, but only
 * {@link diskProblem} finds quotas and failing disks.
 */
export function outOfSpace(folder: string): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < PROBE_BYTES ? writeError(folder, { code: 'ENOSPC' }).message : undefined;
  } catch (error) {
    return writeError(folder, error as NodeJS.ErrnoException).message;
  }
}

/** Writes a small file and deletes it again, without forcing it to the disk. @returns why that is impossible */
export function diskProblem(folder: string): UserError | undefined {
  const file = join(folder, 'disk.probe');
  try {
    writeFileSync(file, Buffer.alloc(PROBE_BYTES));
    rmSync(file);
    return undefined;
  } catch (error) {
    try {
      rmSync(file, { force: true });
    } catch {
      // Already reported.
    }
    return writeError(folder, error as NodeJS.ErrnoException);
  }
}

/** @returns a value that changes when the file is replaced; `undefined` if there is no file */
export function fileIdentity(path: string): string | undefined {
  const { dev, ino } = statSync(path, { bigint: true, throwIfNoEntry: false }) ?? {};
  return ino === undefined ? undefined : `${dev}:${ino}`;
}
