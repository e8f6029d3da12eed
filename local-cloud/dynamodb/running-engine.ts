/** The engine that a running server keeps on a data folder, for whoever wants to talk to it meanwhile. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

/** Names the engine's process and where it answers. */
export const PROCESS_FILE = 'dynamodb.pid';

/** @returns its endpoint; `undefined` where none runs on this folder */
export function runningEngine(dataDirectory: string): string | undefined {
  try {
    const text = readFileSync(join(dataDirectory, PROCESS_FILE), 'utf8');
    const { pid, started, endpoint } = JSON.parse(text) as Partial<ProcessIdentity & { endpoint: string }>;
    if (typeof pid !== 'number' || typeof started !== 'string') return undefined;
    return isAlive({ pid, started }) ? endpoint : undefined;
  } catch {
    // There is no such file, or it is being written: the engine is not up yet.
    return undefined;
  }
}
