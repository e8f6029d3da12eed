/** Locks between processes on one machine. A lock file names its holder; the lock of a process that was killed is taken over. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive, readProcess, type ProcessIdentity } from './process-identity.ts';

export interface Lock {
  /** Removes the lock file, unless another process has taken it over. */
  release(): void;
}

/**
 * Takes the lock `file` for this process. Creates the folder if it is missing.
 * @returns the lock, or the living process that holds it
 * @throws file system errors, such as EACCES and ENOSPC
 */
export function takeLock(file: string): Lock | { holder: ProcessIdentity } {
  const mine = `${file}.${process.pid}`;
  const self = JSON.stringify(identify(process.pid));
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(mine, self);
    // A link appears with its whole content or fails because there is one, so a lock is never half-written.
    while (!tryLink(mine, file)) {
      const holder = readProcess(file);
      if (holder && isAlive(holder)) return { holder };
      removeStale(file, holder);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return {
    release() {
      if (readText(file) === self) rmSync(file, { force: true });
    },
  };
}

/**
 * Runs `action` while holding the lock `file`. Waits as long as another living process holds it.
 * @param pollMs milliseconds between two attempts
 */
export async function withLock<T>(file: string, action: () => T | Promise<T>, pollMs = 200): Promise<T> {
  for (;;) {
    const taken = takeLock(file);
    if ('release' in taken) {
      try {
        return await action();
      } finally {
        taken.release();
      }
    }
    await sleep(pollMs);
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

/** Moves the lock aside before checking it again, so that of two processes that saw a stale lock, one cannot remove the other's new one. */
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
