import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One process, as opposed to a later one with the same number. */
export interface ProcessIdentity {
  pid: number;
  /** When it started, in the operating system's own format. Empty on Windows, which does not say. */
  started: string;
}

/** @returns the living process with this number; `undefined` if there is none or it is a zombie */
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

/** @returns the process that a JSON file names, whether or not it is alive; `undefined` if the file is missing or damaged */
export function readProcess(file: string): ProcessIdentity | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(file, 'utf8')) as Partial<ProcessIdentity>;
    return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
}

function describe(pid: number): { state: string; started: string } {
  try {
    if (process.platform === 'linux') {
      // proc(5): the state follows the name in parentheses (field 3); field 22 is the start in ticks since boot.
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
