/** One run of the dynoxide program: from its start until it has ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import { get } from 'node:http';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';

export interface EngineProcess {
  pid: number;
  /** Resolves when the program has ended, however; with the last lines it wrote. */
  ended: Promise<EngineEnd>;
  /** Ends it: SIGTERM, and SIGKILL when that has not helped after `patienceMs`. Resolves when it has ended. */
  stop(patienceMs: number): Promise<void>;
}

export interface EngineEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** Last lines of its standard error. */
  message: string;
}

/**
 * The engine must not outlive us, even when we are killed and can do nothing any more. So a shell starts it: that leaves a watcher
 * behind, which reads from a pipe that only we hold and kills the engine when the pipe breaks, and then becomes the engine (exec
 * keeps the process number). Windows has no such shell: there the next start ends what was left.
 */
const WITH_WATCHER = '{ read -r _; kill -9 $$; } <&3 >/dev/null 2>&1 & exec "$@" 3<&-';
const WATCHER_PIPE = 3;
const REMEMBERED_CHARACTERS = 2_000;
const PROBE_EVERY_MS = 10;

/** Starts the program. Its failure to start shows as an early end. */
export function spawnEngine(binary: string, databaseFile: string, port: number): EngineProcess {
  const args = ['--host', '127.0.0.1', '--port', String(port), '--db-path', databaseFile];
  const [command, commandArgs] =
    process.platform === 'win32'
      ? [binary, args]
      : ['/bin/sh', ['-c', WITH_WATCHER, 'dynoxide', binary, ...args]];
  const child = spawn(command, commandArgs, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // Away from our terminal's process group: Ctrl+C is for us, who stop the engine when nothing needs it any more.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const watcherPipe = child.stdio[WATCHER_PIPE];
  // The watcher's end breaks when the engine ends; that is no error.
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

async function endOf(child: ChildProcess): Promise<EngineEnd> {
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

/**
 * Waits until the engine answers. `ended`: it ended first; `silent`: it runs but has not answered within `patienceMs`.
 */
export async function untilAnswers(
  endpoint: string,
  engine: EngineProcess,
  patienceMs: number,
): Promise<'answers' | 'ended' | 'silent'> {
  let hasEnded = false;
  void engine.ended.then(() => (hasEnded = true));
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const healthy = await isHealthy(endpoint);
    if (hasEnded) return 'ended';
    if (healthy) return 'answers';
    await delay(PROBE_EVERY_MS);
  }
  return 'silent';
}

/** DynamoDB answers GET / with 200 and "healthy: …"; dynoxide does the same. */
function isHealthy(endpoint: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(endpoint, { agent: false, timeout: 1_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 && String(response.headers.server).startsWith('Dynoxide'));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
