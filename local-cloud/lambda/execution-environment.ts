/**
 * One execution environment: a process that has loaded a function and handles one event at a time.
 *
 * Not a worker thread: an allocation that exceeds a worker's heap aborts all of Node.js, and with it the gateway. A process
 * takes the same 45 ms to start and 0.07 ms longer for a call.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Clock, Timer } from '../clock.ts';
import type { LambdaFunction } from '../topology.ts';
import { runtimeExited, serviceUnavailable, timedOut } from './errors.ts';
import type { FunctionError } from '../invocation.ts';
import type { RuntimeSettings } from './runtime/bootstrap.ts';
import { END_OF_EVENT } from './runtime/handler.ts';

/** Lambda discards an environment whose init phase takes longer. */
const INIT_TIMEOUT_MS = 10_000;

/** To the function's process. Payloads are JSON text, parsed only where they are used. */
export interface InvokeMessage {
  requestId: string;
  functionArn: string;
  /** JSON text; without it the process answers itself, which shows that it is alive. */
  event: string | undefined;
  /** Milliseconds that the handler has to answer. */
  timeoutMs: number;
}

/** From the function's process. */
export type RuntimeMessage =
  | { type: 'ready' }
  | { type: 'init-error'; error: FunctionError }
  | { type: 'log'; text: string }
  | ({ type: 'response'; payload: string } & Finished)
  | ({ type: 'error'; error: FunctionError } & Finished)
  /** An uncaught exception or unhandled rejection: the process cannot be reused. */
  | { type: 'fatal'; error: FunctionError };

interface Finished {
  requestId: string;
  durationMs: number;
  /** MB; the most that the process has ever used. */
  maxMemoryUsed: number;
}

export interface ExecutionEnvironmentOptions {
  fn: LambdaFunction;
  functionArn: string;
  environment: Record<string, string>;
  /** The runtime's bootstrap, as JavaScript. */
  source: string;
  redirects: RuntimeSettings['redirects'];
  clock: Clock;
  onLog(line: string, requestId: string | undefined): void;
  /** Called once, when the process has ended. */
  onExit(): void;
}

export interface EnvironmentResult {
  /** JSON text. */
  payload?: string;
  error?: FunctionError;
  durationMs: number;
  maxMemoryUsed?: number;
  /** Whether the environment may handle another event. */
  reusable: boolean;
}

interface Running {
  requestId: string;
  startedAt: number;
  timer: Timer;
  finish(result: EnvironmentResult): void;
}

export class ExecutionEnvironment {
  /** Resolves when init has ended; with the error if the handler cannot be loaded. Never rejects. */
  readonly ready: Promise<FunctionError | undefined>;

  readonly #options: ExecutionEnvironmentOptions;
  readonly #process: ChildProcess;
  readonly #startedAt: number;
  #endInit: (error?: FunctionError) => void = () => {};
  readonly #initTimer: Timer;
  #running: Running | undefined;
  /** The events whose lines on stdout have not ended, oldest first. */
  #writing: string[] = [];
  /** Milliseconds from the start of the process until the handler was loaded. */
  initDurationMs = 0;

  constructor(options: ExecutionEnvironmentOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    const { memorySize, runtime, codeDirectory } = options.fn;
    const settings: RuntimeSettings = { redirects: options.redirects, runtime, packagesOf: import.meta.url };
    this.#process = spawn(
      process.execPath,
      [`--max-old-space-size=${memorySize}`, '--eval', options.source, JSON.stringify(settings)],
      {
        cwd: codeDirectory,
        env: options.environment,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    this.ready = new Promise((resolve) => {
      this.#endInit = (error) => {
        this.#initTimer.cancel();
        this.initDurationMs = options.clock.now() - this.#startedAt;
        resolve(error);
      };
    });
    this.#initTimer = options.clock.setTimer(() => {
      this.#endInit(timedOut('', INIT_TIMEOUT_MS / 1000));
      this.terminate();
    }, INIT_TIMEOUT_MS);
    this.#listen();
  }

  /** Passes one event to the handler. Never rejects. The environment must be ready and idle. */
  invoke(requestId: string, event: string | undefined): Promise<EnvironmentResult> {
    const { fn, functionArn, clock } = this.#options;
    const timeoutMs = fn.timeout * 1000;
    return new Promise((resolve) => {
      const timer = clock.setTimer(() => {
        this.#finish({
          error: timedOut(requestId, fn.timeout),
          durationMs: timeoutMs,
          reusable: false,
        });
        this.terminate();
      }, timeoutMs);
      this.#running = { requestId, startedAt: clock.now(), timer, finish: resolve };
      this.#writing.push(requestId);
      const message: InvokeMessage = { requestId, functionArn, event, timeoutMs };
      // Sending fails if the process has died; its exit then ends the invocation.
      this.#process.send(message, () => {});
    });
  }

  /** Kills the process. */
  terminate(): void {
    this.#process.kill('SIGKILL');
  }

  #finish(result: EnvironmentResult): void {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    running.timer.cancel();
    running.finish(result);
  }

  #listen(): void {
    const child = this.#process;
    child.on('message', (message) => this.#receive(message as RuntimeMessage));
    const { onLog } = this.#options;
    lines(child.stderr!, (line) => onLog(line, this.#running?.requestId));
    lines(child.stdout!, (line) => {
      const isEnd = line.endsWith(END_OF_EVENT);
      const text = isEnd ? line.slice(0, -END_OF_EVENT.length) : line;
      if (!isEnd || text !== '') onLog(text, this.#writing[0]);
      if (isEnd) this.#writing.shift();
    });
    // The last messages of the process may arrive after `exit`.
    let exited: { code: number | null; signal: NodeJS.Signals | null } | undefined;
    let connected = true;
    const end = () => {
      if (exited && !connected)
        this.#end(runtimeExited(this.#running?.requestId ?? '', exited.code, exited.signal));
    };
    child.on('exit', (code, signal) => {
      exited = { code, signal };
      end();
    });
    child.on('disconnect', () => {
      connected = false;
      end();
    });
    child.on('error', (error) => {
      if (child.pid !== undefined) return;
      // Node reports ENOENT for its own executable when the working directory is missing.
      const { codeDirectory } = this.#options.fn;
      this.#end(
        serviceUnavailable(`Can't start a process in ${codeDirectory}. Does it exist? (${error.message})`),
      );
    });
  }

  #end(error: FunctionError): void {
    const startedAt = this.#running?.startedAt ?? this.#startedAt;
    this.#endInit(error);
    this.#finish({ error, durationMs: this.#options.clock.now() - startedAt, reusable: false });
    this.#options.onExit();
  }

  #receive(message: RuntimeMessage): void {
    switch (message.type) {
      case 'ready':
        this.#endInit();
        return;
      case 'init-error':
        this.#endInit(message.error);
        this.terminate();
        return;
      case 'log':
        for (const line of message.text.split('\n')) this.#options.onLog(line, this.#running?.requestId);
        return;
      case 'fatal':
        this.#endInit(message.error);
        this.#finishFatally(message.error);
        return;
      case 'response':
      case 'error':
        if (message.requestId !== this.#running?.requestId) return;
        this.#finish({
          durationMs: message.durationMs,
          maxMemoryUsed: message.maxMemoryUsed,
          reusable: true,
          ...(message.type === 'response' ? { payload: message.payload } : { error: message.error }),
        });
    }
  }

  #finishFatally(error: FunctionError): void {
    const { clock, onLog } = this.#options;
    const startedAt = this.#running?.startedAt ?? clock.now();
    if (!this.#running)
      onLog(`Uncaught between two events: ${error.errorType}: ${error.errorMessage}`, undefined);
    this.#finish({ error, durationMs: clock.now() - startedAt, reusable: false });
    this.terminate();
  }
}

function lines(input: Readable, onLine: (line: string) => void): void {
  createInterface({ input, crlfDelay: Infinity }).on('line', onLine);
}
