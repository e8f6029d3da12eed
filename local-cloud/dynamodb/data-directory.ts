/** One server for a data folder: the lock that says which, and what it leaves behind when it is killed. */
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBError } from './errors.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

export interface DataDirectory {
  path: string;
  /** Gives the folder back. */
  release(): void;
}

const LOCK_FILE = 'server.lock';

/**
 * Creates the folder where it is missing and takes it for this process. What a killed server left locked is taken over.
 * @throws {DynamoDBError} DataDirectoryInUse, DataDirectoryUnusable
 */
export function takeDataDirectory(path: string): DataDirectory {
  const lock = join(path, LOCK_FILE);
  const mine = `${lock}.${process.pid}`;
  const self = JSON.stringify(identify(process.pid));
  try {
    mkdirSync(path, { recursive: true });
    writeFileSync(mine, self);
    // A link either appears with its whole content or fails because there is one: nobody reads half a lock.
    while (!tryLink(mine, lock)) {
      const holder = readProcess(lock);
      if (holder && isAlive(holder)) throw inUse(path, holder);
      removeStale(lock, holder);
    }
  } catch (error) {
    throw error instanceof DynamoDBError ? error : unusable(path, error as NodeJS.ErrnoException);
  } finally {
    if (existsSync(mine)) rmSync(mine);
  }
  return {
    path,
    release() {
      if (readText(lock) === self) rmSync(lock, { force: true });
    },
  };
}

/** @returns the process that a file names; `undefined` when there is no such file or it is damaged. */
export function readProcess(file: string): ProcessIdentity | undefined {
  try {
    const { pid, started } = JSON.parse(readText(file) ?? '') as Partial<ProcessIdentity>;
    return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the lock aside before looking again, so that of two servers that found it stale one does not remove the other's new one. */
function removeStale(lock: string, judged: ProcessIdentity | undefined): void {
  const aside = `${lock}.stale.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = readProcess(aside);
  if (moved && (moved.pid !== judged?.pid || moved.started !== judged.started)) tryLink(aside, lock);
  rmSync(aside, { force: true });
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function inUse(path: string, holder: ProcessIdentity): DynamoDBError {
  return new DynamoDBError(
    'DataDirectoryInUse',
    `Another server (process ${holder.pid}) is using the data folder ${path}.`,
    `Stop it (kill ${holder.pid}), or give this one a folder of its own: npm start -- --data <folder>`,
  );
}

function unusable(path: string, error: NodeJS.ErrnoException): DynamoDBError {
  return new DynamoDBError(
    'DataDirectoryUnusable',
    `The data folder ${path} cannot be written (${error.code ?? error.message}).`,
    'Make the folder writable or choose another: npm start -- --data <folder>',
  );
}
