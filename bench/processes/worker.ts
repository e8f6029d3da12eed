/** Runs a part of the benchmark in its own process, so a load generator never shares the server's event loop. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Call {
  id: number;
  name: string;
  input: unknown;
}

interface Answer {
  id: number;
  output?: unknown;
  error?: string;
}

// oxlint-disable-next-line no-explicit-any -- each handler has its own input; `typeof handlers` types the caller
type Handlers = Record<string, (input: any) => unknown>;

export interface Worker<H extends Handlers> {
  /** @throws what the handler threw, or after `timeoutMs` (default: a minute) */
  call<N extends keyof H & string>(
    name: N,
    input: Parameters<H[N]>[0],
    timeoutMs?: number,
  ): Promise<Awaited<ReturnType<H[N]>>>;
  /** Resolves when the process has ended. */
  stop(): Promise<void>;
}

const STOP_PATIENCE_MS = 10_000;

/** Starts `file` of this folder. Resolves when it accepts calls. It also ends when this process ends. */
export async function startWorker<H extends Handlers>(file: string): Promise<Worker<H>> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [], {
    execArgv: ['--import', 'tsx'],
    // JSON would turn an infinite latency into null.
    serialization: 'advanced',
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const pending = new Map<number, (answer: Answer) => void>();
  const ready = new Promise<Answer>((resolve) => pending.set(0, resolve));
  child.on('message', (message) => {
    const answer = message as Answer;
    pending.get(answer.id)?.(answer);
    pending.delete(answer.id);
  });
  void exited.then(() => {
    for (const [id, settle] of pending) settle({ id, error: `${file} ended unexpectedly.` });
  });
  const { error } = await ready;
  if (error) throw new Error(error);
  let calls = 0;
  return {
    call: (name, input, timeoutMs = 60_000) =>
      new Promise((resolve, reject) => {
        const id = ++calls;
        const timer = setTimeout(() => {
          pending.delete(id);
          reject(new Error(`${file} did not finish "${name}" within ${timeoutMs / 1000} s.`));
        }, timeoutMs);
        pending.set(id, (answer) => {
          clearTimeout(timer);
          if (answer.error) reject(new Error(`${file}, ${name}: ${answer.error}`));
          else resolve(answer.output as never);
        });
        child.send({ id, name, input } satisfies Call);
      }),
    stop: () => stop(child, exited),
  };
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
  await exited;
  clearTimeout(timer);
}

/** In the child process: answers calls until the parent closes the channel or ends. */
export function answerCalls(handlers: Handlers): void {
  process.on('message', (message) => void answer(message as Call));
  process.on('disconnect', () => process.exit(0));
  process.send!({ id: 0 } satisfies Answer);

  async function answer({ id, name, input }: Call): Promise<void> {
    try {
      const output = await handlers[name]!(input);
      process.send!({ id, output } satisfies Answer);
    } catch (error) {
      process.send!({ id, error: (error as Error).stack ?? String(error) } satisfies Answer);
    }
  }
}
