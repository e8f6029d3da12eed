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
  /** Calls the handler `close`, if there is one, and resolves when the process has ended. */
  stop(): Promise<void>;
  /** Resolves when the process has ended. */
  ended: Promise<void>;
}

const STOP_PATIENCE_MS = 20_000;

const running = new Set<ChildProcess>();
let isStopped = false;

/** Ends all workers, and starts no more: what waits for them fails, and cleans up after itself. */
export function stopWorkers(): void {
  isStopped = true;
  for (const child of running) disconnect(child);
}

const disconnect = (child: ChildProcess) => child.connected && child.disconnect();

/** Starts `file` of this folder. Resolves when it accepts calls. It also ends when this process ends. */
export async function startWorker<H extends Handlers>(file: string): Promise<Worker<H>> {
  if (isStopped) throw new Error('The benchmark was stopped.');
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [], {
    execArgv: ['--import', 'tsx'],
    // JSON would turn an infinite latency into null.
    serialization: 'advanced',
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  });
  running.add(child);
  const pending = new Map<number, (answer: Answer) => void>();
  const ready = new Promise<Answer>((resolve) => pending.set(0, resolve));
  child.on('message', (message) => {
    const answer = message as Answer;
    pending.get(answer.id)?.(answer);
    pending.delete(answer.id);
  });
  const fail = () => {
    for (const [id, settle] of pending) settle({ id, error: `${file} has ended.` });
    pending.clear();
  };
  child.once('disconnect', fail);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void ended.then(() => {
    running.delete(child);
    fail();
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
        if (child.connected) child.send({ id, name, input } satisfies Call, (error) => error && fail());
        else fail();
      }),
    async stop() {
      disconnect(child);
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
      await ended;
      clearTimeout(timer);
    },
    ended,
  };
}

/** In the child process: answers calls until the parent closes the channel or ends. */
export function answerCalls(handlers: Handlers): void {
  process.on('message', (message) => void answer(message as Call));
  process.on('disconnect', () => {
    setTimeout(() => process.exit(1), STOP_PATIENCE_MS);
    void Promise.resolve(handlers['close']?.(undefined)).finally(() => process.exit(0));
  });
  // Ctrl-C reaches every process of the terminal; the parent stops this one.
  process.on('SIGINT', () => {});
  send({ id: 0 });

  async function answer({ id, name, input }: Call): Promise<void> {
    try {
      send({ id, output: await handlers[name]!(input) });
    } catch (error) {
      send({ id, error: (error as Error).stack ?? String(error) });
    }
  }

  function send(answer: Answer): void {
    // With a callback, a parent that is gone is not an uncaught error.
    if (process.connected) process.send!(answer, undefined, undefined, () => {});
  }
}
