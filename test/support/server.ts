/** Runs `npm start`, `npm run dev` or `npm run cloud` as a user does: in its own process, with its own port and data folder. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const RESUME = join(PROJECT, 'test/fixtures/resumes/engineer.json');

export interface RunningServer {
  /** `http://localhost:<port>/`; of `npm run cloud`, `ws://localhost:<port>/<stage>` */
  url: string;
  port: number;
  process: ChildProcess;
  /** What it has written so far. */
  output(): string;
  /** Resolves with the next line that it writes and that matches. */
  says(pattern: RegExp): Promise<string>;
  /** Kills it like a power cut; resolves when it is gone. */
  kill(): Promise<void>;
  /** Stops it gracefully (SIGTERM) and resolves with its exit code. */
  stop(): Promise<number | null>;
}

export interface ServerOptions extends Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'> {
  command?: 'start' | 'dev' | 'cloud';
  /** The program's entry. */
  main?: string;
}

/**
 * Starts the server and resolves when it has printed its URL.
 * @param args further flags; by default any free port and a fixture, never the owner's résumé
 * @throws with all its output when it ends before that
 */
export async function startServer(
  dataDirectory: string,
  args: string[] = [],
  { command = 'start', main = 'cli/main.mjs', ...options }: ServerOptions = {},
): Promise<RunningServer> {
  const defaults = [
    ...(args.includes('--port') ? [] : ['--port', '0']),
    ...(args.includes('--resume') || command === 'cloud' ? [] : ['--resume', RESUME]),
  ];
  const child = spawn(process.execPath, [main, command, '--data', dataDirectory, ...defaults, ...args], {
    cwd: PROJECT,
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  let output = '';
  const listeners = new Set<(line: string) => void>();
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        output += `${line}\n`;
        for (const listen of listeners) listen(line);
        if (/^(https?|ws):\/\/\S+$/.test(line)) resolve(line);
      });
    }
    void exited.then(([code]) => reject(new Error(`The server ended with code ${code}:\n${output}`)));
  });
  return {
    url,
    port: Number(new URL(url).port),
    process: child,
    output: () => output,
    says: (pattern) =>
      new Promise((resolve) => {
        const listen = (line: string) => {
          if (!pattern.test(line)) return;
          listeners.delete(listen);
          resolve(line);
        };
        listeners.add(listen);
      }),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code;
    },
  };
}
