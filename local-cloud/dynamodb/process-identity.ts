import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process, and not another one that has been given the same number since. */
export interface ProcessIdentity {
  pid: number;
  /** When it started, as the operating system words it; empty where that cannot be learnt. */
  started: string;
}

/** @returns the living process with this number; `undefined` when there is none or it is only waiting to be reaped. */
export function identify(pid: number): ProcessIdentity | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  const { state, started } = describe(pid);
  return state === 'Z' ? undefined : { pid, started };
}

export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.started === process.started;
}

function describe(pid: number): { state: string; started: string } {
  try {
    if (process.platform === 'linux') {
      // proc(5): after the name in parentheses come the state (field 3) and, as field 22, the start in ticks since boot.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return { state: fields[0] ?? '', started: fields[19] ?? '' };
    }
    if (process.platform === 'win32') return { state: '', started: '' };
    const [state = '', ...started] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .split(/\s+/);
    return { state: state.charAt(0), started: started.join(' ') };
  } catch {
    // It ended while we looked.
    return { state: 'Z', started: '' };
  }
}
