/** Runs a program that ends when this process ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import { finished } from 'node:stream/promises';

export interface TiedProcess {
  pid: number;
  /** Resolves when the program has ended for any reason, or could not be started. */
  ended: Promise<ProcessEnd>;
  /** Sends SIGTERM, and SIGKILL after `patienceMs`. Resolves when the program has ended. */
  stop(patienceMs: number): Promise<void>;
}

export interface ProcessEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** Last lines of its standard error. */
  message: string;
}

/**
 * The program must end even if this process is killed. So a shell starts a watcher in the background, then becomes the program (exec
 * keeps the process number). The watcher reads from a pipe that only this process holds, and kills the program when the pipe breaks.
 * Windows has no such shell: there the program may be left behind.
 */
const WITH_WATCHER = '{ read -r _; kill -9 $$; } <&3 >/dev/null 2>&1 & exec "$@" 3<&-';
const WATCHER_PIPE = 3;
const MAX_MESSAGE_CHARACTERS = 2_000;

export function spawnTied(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): TiedProcess {
  const hasShell = process.platform !== 'win32';
  const shellArgs = ['-c', WITH_WATCHER, 'sh', command, ...args];
  const child = spawn(hasShell ? '/bin/sh' : command, hasShell ? shellArgs : args, {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // Outside the terminal's process group: Ctrl+C must reach only this process, which stops the program last.
    detached: hasShell,
    windowsHide: true,
  });
  // Without pipes the program was not started: this process has too many files open.
  const watcherPipe = (child.stdio as ChildProcess['stdio'] | undefined)?.[WATCHER_PIPE];
  // The pipe breaks when the program ends.
  watcherPipe?.on('error', () => {});
  const ended = endOf(child);
  void ended.then(() => watcherPipe?.destroy());
  return {
    pid: child.pid ?? 0,
    ended,
    async stop(patienceMs) {
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      await ended;
      clearTimeout(killer);
    },
  };
}

async function endOf(child: ChildProcess): Promise<ProcessEnd> {
  let message = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    message = (message + text).slice(-MAX_MESSAGE_CHARACTERS);
  });
  const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('exit', (code, signal) => resolve([code, signal]));
    child.once('error', (error) => {
      message += error.message;
      resolve([null, null]);
    });
  });
  if (child.stderr && !child.stderr.destroyed) await finished(child.stderr).catch(() => {});
  return { exitCode, signal, message: message.trim() };
}
