/**
 * One execution environment: a process that has loaded a function and handles one event at a time.
 *
 * Not a worker thread: an allocation that exceeds a worker's heap aborts all of Node.js, and with it the gateway. A process
 * takes the same 45 ms to start and 0.07 ms longer for a call.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Clock, Timer } from '../clock.ts';
import type { FunctionError } from '../invocation.ts';
import type { InvocationEvent } from '../observer.ts';
import type { LambdaFunction } from '../topology.ts';
import { runtimeExited, serviceUnavailable, timedOut } from './errors.ts';
import type { RuntimeSettings } from './runtime/bootstrap.ts';
import { MESSAGE_MARK } from './runtime/handler.ts';

/** Lambda discards an environment whose init phase takes longer. */
const INIT_TIMEOUT_MS = 10_000;
/** A process that the function has started may keep its output open after the function's own end. */
const OUTPUT_PATIENCE_MS = 1_000;

/** To the function's process. Payloads are JSON text, parsed only where they are used. */
export interface InvokeMessage {
  requestId: string;
  functionArn: string;
  /** JSON text; without it the process answers itself, which shows that it is alive. */
  event: string | undefined;
  /** Milliseconds that the handler has to answer. */
  timeoutMs: number;
}

/** From the function's process, as JSON behind {@link MESSAGE_MARK} on its stdout: in step with the lines of its log. */
export type RuntimeMessage =
  /** Init has ended. */
  | { type: 'init'; error?: FunctionError }
  | { type: 'answer'; payload?: string; error?: FunctionError; durationMs: number; maxMemoryUsed: number }
  /** An uncaught exception or unhandled rejection: the process cannot be reused. */
  | { type: 'fatal'; error: FunctionError };

export interface ExecutionEnvironmentOptions {
  fn: LambdaFunction;
  functionArn: string;
  environment: Record<string, string>;
  /** The runtime's bootstrap, as JavaScript. */
  source: string;
  redirects: RuntimeSettings['redirects'];
  clock: Clock;
  onLog(line: string, requestId: string | undefined): void;
}

export type Outcome = Pick<InvocationEvent, 'durationMs' | 'maxMemoryUsed' | 'result' | 'functionError'> & {
  /** Whether the environment may handle another event. */
  reusable: boolean;
};

interface Running {
  requestId: string;
  startedAt: number;
  timer: Timer;
  finish(outcome: Outcome): void;
}

export class ExecutionEnvironment {
  /** Resolves when init has ended; with the error if the handler cannot be loaded. Never rejects. */
  readonly ready: Promise<FunctionError | undefined>;
  /** Resolves after `ready`, when the process has ended. */
  readonly ended: Promise<void>;
  /** Milliseconds from the start of the process until the handler was loaded. The pool clears it after the first event's report. */
  initDurationMs: number | undefined;

  readonly #options: ExecutionEnvironmentOptions;
  readonly #process: ChildProcess;
  readonly #startedAt: number;
  #endInit: (error?: FunctionError) => void = () => {};
  readonly #initTimer: Timer;
  #running: Running | undefined;

  /** @throws if the system starts no process */
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
        this.initDurationMs ??= options.clock.now() - this.#startedAt;
        resolve(error);
      };
    });
    this.#initTimer = options.clock.setTimer(() => {
      this.#endInit(timedOut('', INIT_TIMEOUT_MS / 1000));
      this.terminate();
    }, INIT_TIMEOUT_MS);
    this.ended = new Promise((resolve) => this.#listen(resolve));
  }

  /** Passes one event to the handler. Never rejects. The environment must be ready and idle. */
  invoke(requestId: string, event: string | undefined): Promise<Outcome> {
    const { fn, functionArn, clock } = this.#options;
    const timeoutMs = fn.timeout * 1000;
    return new Promise((finish) => {
      const timer = clock.setTimer(() => {
        this.#finish({
          functionError: timedOut(requestId, fn.timeout),
          durationMs: timeoutMs,
          reusable: false,
        });
        this.terminate();
      }, timeoutMs);
      this.#running = { requestId, startedAt: clock.now(), timer, finish };
      const message: InvokeMessage = { requestId, functionArn, event, timeoutMs };
      // Sending fails if the process has died; its exit then ends the invocation.
      this.#process.send(message, () => {});
    });
  }

  /** Kills the process. */
  terminate(): void {
    this.#process.kill('SIGKILL');
  }

  #finish(outcome: Outcome): void {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    running.timer.cancel();
    running.finish(outcome);
  }

  #listen(onEnd: () => void): void {
    const child = this.#process;
    const log = (line: string) => this.#options.onLog(line, this.#running?.requestId);
    lines(child.stderr, log);
    lines(child.stdout, (line) => {
      const mark = line.indexOf(MESSAGE_MARK);
      // The handler may have left a line open.
      if (mark !== 0) log(mark < 0 ? line : line.slice(0, mark));
      if (mark >= 0) this.#receive(line.slice(mark + MESSAGE_MARK.length));
    });
    const ended = (error: FunctionError) => {
      this.#endInit(error);
      this.#fail(error);
      onEnd();
    };
    child.on('exit', (code, signal) => {
      const end = () => {
        timer.cancel();
        ended(runtimeExited(this.#running?.requestId ?? '', code, signal));
      };
      const timer = this.#options.clock.setTimer(end, OUTPUT_PATIENCE_MS);
      child.on('close', end);
    });
    child.on('error', (error) => {
      if (child.pid !== undefined) return;
      // Node reports ENOENT for its own executable when the working directory is missing.
      const { codeDirectory } = this.#options.fn;
      ended(
        serviceUnavailable(`Can't start a process in ${codeDirectory}. Does it exist? (${error.message})`),
      );
    });
  }

  #fail(functionError: FunctionError): void {
    const durationMs = this.#options.clock.now() - (this.#running?.startedAt ?? this.#startedAt);
    this.#finish({ functionError, durationMs, reusable: false });
  }

  #receive(json: string): void {
    let message: RuntimeMessage;
    try {
      message = JSON.parse(json) as RuntimeMessage;
    } catch {
      // The process was killed while it was writing; its exit follows.
      return;
    }
    const { error } = message;
    if (message.type === 'init') {
      this.#endInit(error);
      if (error) this.terminate();
    } else if (message.type === 'answer') {
      const { durationMs, maxMemoryUsed, payload = 'null' } = message;
      const result = error ? { functionError: error } : { result: payload };
      this.#finish({ durationMs, maxMemoryUsed, reusable: true, ...result });
    } else {
      const { errorType, errorMessage } = message.error;
      if (!this.#running)
        this.#options.onLog(`Uncaught between two events: ${errorType}: ${errorMessage}`, undefined);
      this.#endInit(message.error);
      this.#fail(message.error);
      this.terminate();
    }
  }
}

/**
 * Not readline: newer versions of Node.js also end a line at U+2028, which JSON text may contain.
 * @param input missing where the process could not be started, because this one has too many files open
 */
function lines(input: Readable | null | undefined, onLine: (line: string) => void): void {
  let open = '';
  input?.setEncoding('utf8').on('data', (text: string) => {
    const [first = '', ...others] = text.split('\n');
    const all = [open + first, ...others];
    open = all.pop()!;
    all.forEach(onLine);
  });
  input?.on('end', () => open !== '' && onLine(open));
}
