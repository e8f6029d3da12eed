/** Lambda's asynchronous ("Event") invocation: the caller gets its answer immediately, failures are retried later. */
import type { Clock, Timer } from '../clock.ts';
import type { InvocationResult } from '../invocation.ts';
import { isServiceError } from './errors.ts';

/** A failed invocation is retried one minute later, and again two minutes after that. */
const RETRY_DELAYS_MS: readonly number[] = [60_000, 120_000];
/** A throttled one is retried after this long, then after twice as long, up to five minutes. */
const FIRST_THROTTLE_DELAY_MS = 1000;
const MAX_THROTTLE_DELAY_MS = 5 * 60_000;
/** Lambda gives up on an event that has waited this long. */
const MAX_AGE_MS = 6 * 60 * 60_000;

export interface AsyncInvokerOptions {
  clock: Clock;
  /** Called when an event has failed for the last time. */
  onGivenUp(result: InvocationResult): void;
}

export class AsyncInvoker {
  readonly #options: AsyncInvokerOptions;
  readonly #timers = new Set<Timer>();
  #closed = false;

  constructor(options: AsyncInvokerOptions) {
    this.#options = options;
  }

  /** @param run invokes the function once, under the request id that all attempts share */
  enqueue(run: () => Promise<InvocationResult>): void {
    const { clock, onGivenUp } = this.#options;
    const enqueuedAt = clock.now();
    let [failures, throttles] = [0, 0];
    const attempt = async (): Promise<void> => {
      const result = await run();
      if (!result.functionError || this.#closed) return;
      // A throttled attempt never reached the function, so it is not one of the retries.
      const delayMs = isServiceError(result.functionError)
        ? Math.min(FIRST_THROTTLE_DELAY_MS * 2 ** throttles++, MAX_THROTTLE_DELAY_MS)
        : RETRY_DELAYS_MS[failures++];
      if (delayMs === undefined || clock.now() + delayMs - enqueuedAt > MAX_AGE_MS) return onGivenUp(result);
      const timer = clock.setTimer(() => {
        this.#timers.delete(timer);
        void attempt();
      }, delayMs);
      this.#timers.add(timer);
    };
    void attempt();
  }

  /** Drops the events that wait for a retry. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }
}
