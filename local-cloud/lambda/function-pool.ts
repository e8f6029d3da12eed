/**
 * The environments of one function. An event takes an idle environment; where there is none, one more is started, up
 * to the function's concurrency; beyond that events wait in a queue, and beyond the queue they are throttled.
 */
import type { Clock, Timer } from '../clock.ts';
import type { LambdaFunction } from '../topology.ts';
import { responseTooLarge, serviceUnavailable, timedOut, tooManyRequests } from './errors.ts';
import type { EnvironmentResult, ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionError, InvocationResult } from './invocation.ts';
import { SYNCHRONOUS_PAYLOAD_BYTES } from './lambda-quotas.ts';

export interface EnvironmentEvents {
  onExit(): void;
}

export interface FunctionPoolOptions {
  fn: LambdaFunction;
  maxConcurrency: number;
  maxQueueLength: number;
  /** Milliseconds for which a second and further idle environment is kept. */
  idleTimeoutMs: number;
  clock: Clock;
  startEnvironment(fn: LambdaFunction, events: EnvironmentEvents): Promise<ExecutionEnvironment>;
  onReport(report: Report): void;
}

/** What Lambda writes as its REPORT line after each invocation. */
export interface Report {
  functionName: string;
  requestId: string;
  durationMs: number;
  /** Only for the first event of an environment. */
  initDurationMs?: number;
  memorySize: number;
  functionError?: FunctionError;
}

export interface PoolStatus {
  idle: number;
  busy: number;
  starting: number;
  queued: number;
}

interface QueuedEvent {
  requestId: string;
  event: string;
  resolve(result: InvocationResult): void;
}

/** An environment of the pool; `stale` once the function's code was replaced while it was at work. */
interface Slot {
  environment?: ExecutionEnvironment;
  started?: Promise<FunctionError | undefined>;
  state: 'starting' | 'idle' | 'busy' | 'gone';
  stale: boolean;
  fresh: boolean;
  idleTimer?: Timer;
}

export class FunctionPool {
  readonly #options: FunctionPoolOptions;
  #fn: LambdaFunction;
  #queue: QueuedEvent[] = [];
  #slots = new Set<Slot>();
  #closed = false;
  #whenEmpty: (() => void)[] = [];

  constructor(options: FunctionPoolOptions) {
    this.#options = options;
    this.#fn = options.fn;
  }

  get fn(): LambdaFunction {
    return this.#fn;
  }

  /** `event` is JSON text. Never rejects. */
  invoke(requestId: string, event: string): Promise<InvocationResult> {
    const refusal = this.#closed
      ? serviceUnavailable('The local Lambda service has been closed.')
      : this.#queue.length >= this.#options.maxQueueLength
        ? tooManyRequests()
        : undefined;
    if (refusal) return Promise.resolve({ requestId, functionError: refusal, durationMs: 0 });
    return new Promise((resolve) => {
      this.#queue.push({ requestId, event, resolve });
      this.#dispatch();
    });
  }

  /** Starts environments until this many exist; resolves when they are ready, or with why the function does not load. */
  async warm(environments: number): Promise<FunctionError | undefined> {
    const missing = Math.min(environments, this.#options.maxConcurrency) - this.#current().length;
    for (let i = 0; i < missing; i++) this.#start();
    const errors = await Promise.all(this.#current().map((slot) => slot.started));
    return errors.find((error) => error);
  }

  /** New events get the new code at once; running ones finish on the old. Resolves when the last of those is gone. */
  async reload(next: Partial<LambdaFunction>): Promise<void> {
    this.#fn = { ...this.#fn, ...next };
    const old = this.#current();
    for (const slot of old) {
      slot.stale = true;
      if (slot.state === 'idle') this.#discard(slot);
    }
    this.#dispatch();
    await new Promise<void>((resolve) => {
      const check = () =>
        old.every((slot) => !this.#slots.has(slot)) ? resolve() : this.#whenEmpty.push(check);
      check();
    });
  }

  status(): PoolStatus {
    const count = (state: Slot['state']) => [...this.#slots].filter((slot) => slot.state === state).length;
    return {
      idle: count('idle'),
      busy: count('busy'),
      starting: count('starting'),
      queued: this.#queue.length,
    };
  }

  /** Takes no more events, lets running ones finish for at most `graceMs` and ends all processes. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    for (const event of this.#queue.splice(0)) {
      const functionError = serviceUnavailable('The local Lambda service is closing.');
      event.resolve({ requestId: event.requestId, functionError, durationMs: 0 });
    }
    for (const slot of this.#slots) if (slot.state !== 'busy') this.#discard(slot);
    const timer = this.#options.clock.setTimer(
      () => this.#slots.forEach((slot) => this.#discard(slot)),
      graceMs,
    );
    await new Promise<void>((resolve) => {
      const check = () => (this.#slots.size === 0 ? resolve() : this.#whenEmpty.push(check));
      check();
    });
    timer.cancel();
  }

  #current(): Slot[] {
    return [...this.#slots].filter((slot) => !slot.stale && slot.state !== 'gone');
  }

  #dispatch(): void {
    for (const slot of this.#current().reverse()) {
      if (this.#queue.length === 0) return;
      if (slot.state === 'idle') void this.#run(slot, this.#queue.shift()!);
    }
    const current = this.#current();
    const starting = current.filter((slot) => slot.state === 'starting').length;
    const wanted = Math.min(this.#queue.length - starting, this.#options.maxConcurrency - current.length);
    for (let i = 0; i < wanted; i++) this.#start();
  }

  #start(): void {
    const slot: Slot = { state: 'starting', stale: false, fresh: true };
    this.#slots.add(slot);
    slot.started = this.#bringUp(slot);
  }

  /** Resolves when the environment is ready to serve, or with why it can't be. */
  async #bringUp(slot: Slot): Promise<FunctionError | undefined> {
    const error = await this.#initialize(slot);
    if (slot.state !== 'starting') return error;
    if (error) {
      this.#discard(slot);
      if (!slot.stale) this.#failOldest(error);
    } else if (slot.stale) {
      this.#discard(slot);
    } else {
      this.#release(slot);
    }
    this.#dispatch();
    return error;
  }

  async #initialize(slot: Slot): Promise<FunctionError | undefined> {
    try {
      const events = { onExit: () => this.#remove(slot) };
      const environment = await this.#options.startEnvironment(this.#fn, events);
      slot.environment = environment;
      if (slot.state === 'gone') environment.terminate();
      return await environment.ready;
    } catch (error) {
      this.#remove(slot);
      return serviceUnavailable(`The function's environment could not be started: ${String(error)}`);
    }
  }

  /** An init phase is begun for an event, and that event pays for its failure. */
  #failOldest(error: FunctionError): void {
    const event = this.#queue.shift();
    if (!event) return;
    const functionError =
      error.errorType === 'Sandbox.Timedout' ? timedOut(event.requestId, this.#fn.timeout) : error;
    this.#report(event.requestId, { error: functionError, durationMs: 0, reusable: false });
    event.resolve({ requestId: event.requestId, functionError, durationMs: 0 });
  }

  async #run(slot: Slot, event: QueuedEvent): Promise<void> {
    slot.idleTimer?.cancel();
    slot.state = 'busy';
    const { requestId } = event;
    const result = checkSize(await slot.environment!.invoke(requestId, event.event));
    this.#report(requestId, result, slot.fresh ? slot.environment!.initDurationMs : undefined);
    slot.fresh = false;
    event.resolve({
      requestId,
      durationMs: result.durationMs,
      ...(result.error ? { functionError: result.error } : { payload: JSON.parse(result.payload ?? 'null') }),
    });
    if (!result.reusable || slot.stale || this.#closed) this.#discard(slot);
    else if (slot.state === 'busy') this.#release(slot);
    this.#dispatch();
  }

  #release(slot: Slot): void {
    slot.state = 'idle';
    // The environment used last is taken first, so that those a burst has left over are the ones that grow old.
    this.#slots.delete(slot);
    this.#slots.add(slot);
    const { clock, idleTimeoutMs } = this.#options;
    slot.idleTimer = clock.setTimer(() => {
      if (this.#current().length > 1) this.#discard(slot);
    }, idleTimeoutMs);
  }

  #report(requestId: string, { error, durationMs }: EnvironmentResult, initDurationMs?: number): void {
    this.#options.onReport({
      functionName: this.#fn.functionName,
      requestId,
      durationMs,
      memorySize: this.#fn.memorySize,
      ...(initDurationMs !== undefined && { initDurationMs }),
      ...(error && { functionError: error }),
    });
  }

  #discard(slot: Slot): void {
    slot.idleTimer?.cancel();
    slot.state = 'gone';
    slot.environment?.terminate();
  }

  #remove(slot: Slot): void {
    slot.idleTimer?.cancel();
    this.#slots.delete(slot);
    for (const check of this.#whenEmpty.splice(0)) check();
    // An environment that dies during init still has an event to fail before others are served: see #bringUp.
    if (slot.state === 'starting') return;
    slot.state = 'gone';
    if (!this.#closed) this.#dispatch();
  }
}

function checkSize(result: EnvironmentResult): EnvironmentResult {
  if (result.payload === undefined || Buffer.byteLength(result.payload) <= SYNCHRONOUS_PAYLOAD_BYTES)
    return result;
  return { error: responseTooLarge(), durationMs: result.durationMs, reusable: result.reusable };
}
