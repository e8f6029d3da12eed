/** Lambda's asynchronous ("Event") invocation: the caller has its answer at once, failures are tried again later. */
import type { Clock, Timer } from '../clock.ts';
import { isServiceError } from './errors.ts';
import type { InvocationResult } from './invocation.ts';
import { ASYNCHRONOUS_MAXIMUM_AGE_MS, ASYNCHRONOUS_RETRY_DELAYS_MS } from './lambda-quotas.ts';

/** Throttled events come back after this long, then after twice as long … up to five minutes. */
const FIRST_THROTTLE_DELAY_MS = 1000;
const MAX_THROTTLE_DELAY_MS = 5 * 60 * 1000;

export interface AsyncEvent {
  functionName: string;
  requestId: string;
  payload: unknown;
}

/** An event that was given up: what AWS tells an on-failure destination. */
export interface DroppedEvent extends AsyncEvent {
  condition: 'RetriesExhausted' | 'EventAgeExceeded';
  approximateInvokeCount: number;
  lastResult: InvocationResult;
}

export interface AsyncInvokerOptions {
  clock: Clock;
  /** Runs the event once, under its own request id, which all attempts share. */
  run(event: AsyncEvent): Promise<InvocationResult>;
  onDropped(event: DroppedEvent): void;
}

export class AsyncInvoker {
  readonly #options: AsyncInvokerOptions;
  readonly #timers = new Set<Timer>();
  #running = 0;
  #closed = false;

  constructor(options: AsyncInvokerOptions) {
    this.#options = options;
  }

  /** Events not yet done with: running or waiting for another attempt. */
  get pending(): number {
    return this.#running + this.#timers.size;
  }

  enqueue(event: AsyncEvent): void {
    void this.#attempt(event, { enqueuedAt: this.#options.clock.now(), failures: 0, throttles: 0 });
  }

  /** Forgets what is waiting for another attempt. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  async #attempt(
    event: AsyncEvent,
    state: { enqueuedAt: number; failures: number; throttles: number },
  ): Promise<void> {
    this.#running += 1;
    const result = await this.#options.run(event);
    this.#running -= 1;
    if (!result.functionError || this.#closed) return;

    const { clock, onDropped } = this.#options;
    const throttled = isServiceError(result.functionError);
    const failures = state.failures + (throttled ? 0 : 1);
    const throttles = state.throttles + (throttled ? 1 : 0);
    const delayMs = throttled
      ? Math.min(FIRST_THROTTLE_DELAY_MS * 2 ** state.throttles, MAX_THROTTLE_DELAY_MS)
      : ASYNCHRONOUS_RETRY_DELAYS_MS[state.failures];
    const dropped = { ...event, approximateInvokeCount: failures, lastResult: result };
    if (delayMs === undefined) return onDropped({ ...dropped, condition: 'RetriesExhausted' });
    if (clock.now() + delayMs - state.enqueuedAt > ASYNCHRONOUS_MAXIMUM_AGE_MS) {
      return onDropped({ ...dropped, condition: 'EventAgeExceeded' });
    }
    const timer = clock.setTimer(() => {
      this.#timers.delete(timer);
      void this.#attempt(event, { ...state, failures, throttles });
    }, delayMs);
    this.#timers.add(timer);
  }
}
