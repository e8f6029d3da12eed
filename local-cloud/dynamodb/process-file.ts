/** The file in the data folder that names the running engine. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive, readProcess, type ProcessIdentity } from '../../shared/process-identity.ts';
import { UserError } from '../../shared/user-error.ts';
import type { Log } from '../observer.ts';

const FILE = 'dynamodb.pid';
const POLL_MS = 20;

export function writeProcessFile(dataDirectory: string, pid: number, endpoint: string): void {
  // For this user only: the endpoint is all that anyone needs to use the database.
  writeFileSync(join(dataDirectory, FILE), JSON.stringify({ ...identify(pid), endpoint }), { mode: 0o600 });
}

export function removeProcessFile(dataDirectory: string): void {
  rmSync(join(dataDirectory, FILE), { force: true });
}

/** For other programs that use the database of a running server. @returns its endpoint; `undefined` if no engine is running */
export function runningEngine(dataDirectory: string): string | undefined {
  try {
    const text = readFileSync(join(dataDirectory, FILE), 'utf8');
    const { pid, started, endpoint } = JSON.parse(text) as Partial<ProcessIdentity & { endpoint: string }>;
    if (typeof pid !== 'number' || typeof started !== 'string') return undefined;
    return isAlive({ pid, started }) ? endpoint : undefined;
  } catch {
    // The file is missing or being written: the engine is not up yet.
    return undefined;
  }
}

/**
 * Ends the engine of a server that was killed: SIGTERM, then SIGKILL after `patienceMs`. Two engines must never use one database file.
 * @throws {UserError} if the engine keeps running
 */
export async function endLeftoverEngine(dataDirectory: string, patienceMs: number, log: Log): Promise<void> {
  const leftover = readProcess(join(dataDirectory, FILE));
  if (leftover && isAlive(leftover)) {
    log('warn', `A killed server left its database engine running (process ${leftover.pid}). Ending it.`);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (isAlive(leftover)) send(leftover.pid, signal);
      for (const until = performance.now() + patienceMs; isAlive(leftover) && performance.now() < until;)
        await sleep(POLL_MS);
    }
    if (isAlive(leftover))
      throw new UserError(
        `The database engine of an earlier server (process ${leftover.pid}) cannot be ended.`,
        `End it (kill -9 ${leftover.pid}), then try again.`,
      );
  }
  removeProcessFile(dataDirectory);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended, or belongs to another user. The caller checks.
  }
}
