import { setTimeout as delay } from 'node:timers/promises';
import { rmSync } from 'node:fs';
import { readProcess } from './data-directory.ts';
import { DynamoDBError } from './errors.ts';
import { isAlive } from './process-identity.ts';

const LOOK_EVERY_MS = 20;

/**
 * Ends the engine that a process file names, if it still runs: SIGTERM, then SIGKILL after `patienceMs`. There must never be two
 * engines on one database file.
 * @throws {DynamoDBError} EngineFailed, when it cannot be ended
 */
export async function endLeftover(
  processFile: string,
  patienceMs: number,
  log: (level: 'warn', message: string) => void,
): Promise<void> {
  const leftover = readProcess(processFile);
  if (leftover && isAlive(leftover)) {
    log('warn', `A killed server left its database engine running (process ${leftover.pid}); ending it.`);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (isAlive(leftover)) send(leftover.pid, signal);
      for (const until = performance.now() + patienceMs; isAlive(leftover) && performance.now() < until;)
        await delay(LOOK_EVERY_MS);
    }
    if (isAlive(leftover))
      throw new DynamoDBError(
        'EngineFailed',
        `The database engine of an earlier server (process ${leftover.pid}) still runs and cannot be ended.`,
        `End it (kill -9 ${leftover.pid}), then try again.`,
      );
  }
  rmSync(processFile, { force: true });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile, or is not ours; what follows will show.
  }
}
