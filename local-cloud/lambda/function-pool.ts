/**
 * The execution environments of one function. An event takes an idle environment. If all are busy, another one starts, up to
 * the function's concurrency; beyond that events queue, and beyond the queue they are throttled.
 */
import type { Clock, Timer } from '../clock.ts';
import type { FunctionError, InvocationResult } from '../invocation.ts';
import type { InvocationEvent } from '../observer.ts';
import type { LambdaFunction } from '../topology.ts';
import {
  responseTooLarge,
  serviceUnavailable,
  SYNCHRONOUS_PAYLOAD_BYTES,
  timedOut,
  tooManyRequests,
} from './errors.ts';
import type { ExecutionEnvironment, Outcome } from './execution-environment.ts';

export interface FunctionPoolOptions {
  fn: LambdaFunction;
  maxConcurrency: number;
  maxQueueLength: number;
  /** Milliseconds after which idle environments end, except the last one. */
  idleTimeoutMs: number;
  clock: Clock;
  startEnvironment(): ExecutionEnvironment;
  onInvocation(event: InvocationEvent): void;
}

export interface PoolStatus {
  idle: number;
  busy: number;
  starting: number;
  queued: number;
}

interface QueuedEvent {
  requestId: string;
  /** JSON text; `undefined` for a ping. */
  event: string | undefined;
  resolve(result: InvocationResult): void;
}

/** The place of one environment in the pool. */
interface Slot {
  environment: ExecutionEnvironment;
  state: 'starting' | 'idle' | 'busy' | 'gone';
  /** The function's code was replaced while this environment was starting or busy. */
  stale: boolean;
  idleTimer?: Timer;
}

export class FunctionPool {
  readonly #options: FunctionPoolOptions;
  readonly #queue: QueuedEvent[] = [];
  /** The environment used last is the last one. */
  readonly #slots = new Set<Slot>();
  #closed = false;

  constructor(options: FunctionPoolOptions) {
    this.#options = options;
  }

  /** `event` is JSON text; without one, the environment is pinged. Never rejects. */
  invoke(requestId: string, event: string | undefined): Promise<InvocationResult> {
    const functionError = this.#closed
      ? serviceUnavailable('The local cloud is closing.')
      : this.#queue.length >= this.#options.maxQueueLength
        ? tooManyRequests()
        : undefined;
    if (functionError) return Promise.resolve({ requestId, functionError, durationMs: 0 });
    return new Promise((resolve) => {
      this.#queue.push({ requestId, event, resolve });
      this.#dispatch();
    });
  }

  /** Resolves when an environment is ready, or with the error if the function cannot be loaded. */
  async warm(): Promise<FunctionError | undefined> {
    const unstarted = this.#current().length === 0 ? this.#start() : undefined;
    if (unstarted) return unstarted;
    const errors = await Promise.all(this.#current().map(({ environment }) => environment.ready));
    return errors.find((error) => error);
  }

  /** Gives new events new environments. Resolves when the old ones have finished and ended. */
  async reload(): Promise<void> {
    const old = this.#current();
    for (const slot of old) {
      slot.stale = true;
      if (slot.state === 'idle') this.#discard(slot);
    }
    this.#dispatch();
    await Promise.all(old.map(({ environment }) => environment.ended));
  }

  /** Ends the busy environments. @returns how many */
  kill(): number {
    const busy = [...this.#slots].filter(({ state }) => state === 'busy');
    for (const { environment } of busy) environment.terminate();
    return busy.length;
  }

  status(): PoolStatus {
    const count = (state: Slot['state']) => [...this.#slots].filter((slot) => slot.state === state).length;
    const queued = this.#queue.length;
    return { idle: count('idle'), busy: count('busy'), starting: count('starting'), queued };
  }

  /** Refuses new events, lets running ones finish for at most `graceMs` and ends all processes. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    for (const { requestId, resolve } of this.#queue.splice(0)) {
      resolve({ requestId, functionError: serviceUnavailable('The local cloud is closing.'), durationMs: 0 });
    }
    for (const slot of this.#slots) if (slot.state !== 'busy') this.#discard(slot);
    const timer = this.#options.clock.setTimer(
      () => this.#slots.forEach((slot) => this.#discard(slot)),
      graceMs,
    );
    await Promise.all([...this.#slots].map(({ environment }) => environment.ended));
    timer.cancel();
  }

  #current(): Slot[] {
    return [...this.#slots].filter((slot) => !slot.stale && slot.state !== 'gone');
  }

  #dispatch(): void {
    // The environment used last first: those that a burst left over go idle and end.
    for (const slot of this.#current().reverse()) {
      if (this.#queue.length === 0) return;
      if (slot.state === 'idle') void this.#run(slot, this.#queue.shift()!);
    }
    const current = this.#current();
    const starting = current.filter((slot) => slot.state === 'starting').length;
    const wanted = Math.min(this.#queue.length - starting, this.#options.maxConcurrency - current.length);
    for (let i = 0; i < wanted; i++) {
      const error = this.#start();
      if (error) this.#failOldest(error);
    }
  }

  /** @returns why the system starts no process: it has too little memory, or an environment variable is invalid */
  #start(): FunctionError | undefined {
    let environment: ExecutionEnvironment;
    try {
      environment = this.#options.startEnvironment();
    } catch (error) {
      return serviceUnavailable(`The function's environment cannot be started: ${String(error)}`);
    }
    const slot: Slot = { environment, state: 'starting', stale: false };
    this.#slots.add(slot);
    void environment.ready.then((error) => {
      if (slot.state !== 'starting') return;
      if (error || slot.stale) this.#discard(slot);
      else this.#release(slot);
      // An init phase starts for an event, and that event receives its failure.
      if (error && !slot.stale) this.#failOldest(error);
      this.#dispatch();
    });
    void environment.ended.then(() => {
      slot.idleTimer?.cancel();
      slot.state = 'gone';
      this.#slots.delete(slot);
      if (!this.#closed) this.#dispatch();
    });
    return undefined;
  }

  #failOldest(error: FunctionError): void {
    const event = this.#queue.shift();
    if (!event) return;
    const { requestId } = event;
    const functionError =
      error.errorType === 'Sandbox.Timedout' ? timedOut(requestId, this.#options.fn.timeout) : error;
    this.#report(requestId, { functionError, durationMs: 0 });
    event.resolve({ requestId, functionError, durationMs: 0 });
  }

  async #run(slot: Slot, { requestId, event, resolve }: QueuedEvent): Promise<void> {
    slot.idleTimer?.cancel();
    slot.state = 'busy';
    const { environment } = slot;
    const { reusable, ...outcome } = checkSize(await environment.invoke(requestId, event));
    if (event !== undefined) {
      const { initDurationMs } = environment;
      this.#report(requestId, { ...outcome, ...(initDurationMs !== undefined && { initDurationMs }) });
      environment.initDurationMs = undefined;
    }
    const { functionError, result = 'null', durationMs } = outcome;
    resolve({
      requestId,
      durationMs,
      ...(functionError ? { functionError } : { payload: JSON.parse(result) }),
    });
    if (!reusable || slot.stale || this.#closed) this.#discard(slot);
    else if (slot.state === 'busy') this.#release(slot);
    this.#dispatch();
  }

  #release(slot: Slot): void {
    slot.state = 'idle';
    this.#slots.delete(slot);
    this.#slots.add(slot);
    const { clock, idleTimeoutMs } = this.#options;
    slot.idleTimer = clock.setTimer(() => {
      if (this.#current().length > 1) this.#discard(slot);
    }, idleTimeoutMs);
  }

  #report(requestId: string, outcome: Omit<Outcome, 'reusable'> & { initDurationMs?: number }): void {
    const { functionName, memorySize } = this.#options.fn;
    this.#options.onInvocation({ type: 'invocation', functionName, requestId, memorySize, ...outcome });
  }

  #discard(slot: Slot): void {
    slot.idleTimer?.cancel();
    slot.state = 'gone';
    slot.environment.terminate();
  }
}

function checkSize(outcome: Outcome): Outcome {
  if (Buffer.byteLength(outcome.result ?? '') <= SYNCHRONOUS_PAYLOAD_BYTES) return outcome;
  const { durationMs, reusable } = outcome;
  return { functionError: responseTooLarge(), durationMs, reusable };
}
