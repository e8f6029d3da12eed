/** A part of the benchmark in a process of its own, so that a load generator never shares the server's event loop. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Call, Handlers } from './answer-calls.ts';

export interface Worker<H extends Handlers> {
  /** @throws what the handler threw, or that no answer came in `timeoutMs` (default a minute) */
  call<N extends keyof H & string>(
    name: N,
    input: Parameters<H[N]>[0],
    timeoutMs?: number,
  ): Promise<Awaited<ReturnType<H[N]>>>;
  /** Ends the process; resolves when it is gone. */
  stop(): Promise<void>;
}

const STOP_PATIENCE_MS = 10_000;

/** Starts `file` of this folder; resolves when it takes calls. Stopped as well when this process ends. */
export async function startWorker<H extends Handlers>(file: string): Promise<Worker<H>> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [], {
    execArgv: ['--import', 'tsx'],
    // JSON would turn the infinite latency of what was never seen into null.
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
