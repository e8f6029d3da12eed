/** A program that ends when we end. */
import { spawn, type ChildProcess } from 'node:child_process';
import { finished } from 'node:stream/promises';

export interface TiedProcess {
  pid: number;
  /** Resolves when the program has ended, however; also when it could not be started. */
  ended: Promise<ProcessEnd>;
  /** Ends it: SIGTERM, and SIGKILL when that has not helped after `patienceMs`. Resolves when it has ended. */
  stop(patienceMs: number): Promise<void>;
}

export interface ProcessEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** Last lines of its standard error. */
  message: string;
}

/**
 * The program must not outlive us, even when we are killed and can do nothing any more. So a shell starts it: that leaves a watcher
 * behind, which reads from a pipe that only we hold and kills the program when the pipe breaks, and then becomes the program (exec
 * keeps the process number). Windows has no such shell: there it may be left behind.
 */
const WITH_WATCHER = '{ read -r _; kill -9 $$; } <&3 >/dev/null 2>&1 & exec "$@" 3<&-';
const WATCHER_PIPE = 3;
const REMEMBERED_CHARACTERS = 2_000;

/** Starts `command`. */
export function spawnTied(command: string, args: string[], { cwd }: { cwd?: string } = {}): TiedProcess {
  const hasShell = process.platform !== 'win32';
  const shellArgs = ['-c', WITH_WATCHER, 'sh', command, ...args];
  const child = spawn(hasShell ? '/bin/sh' : command, hasShell ? shellArgs : args, {
    ...(cwd && { cwd }),
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // Away from our terminal's process group: Ctrl+C is for us, who stop the program when nothing needs it any more.
    detached: hasShell,
    windowsHide: true,
  });
  const watcherPipe = child.stdio[WATCHER_PIPE];
  // The watcher's end breaks when the program ends; that is no error.
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
    message = (message + text).slice(-REMEMBERED_CHARACTERS);
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
