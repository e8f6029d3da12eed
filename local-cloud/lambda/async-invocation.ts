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
  onGivenUp(requestId: string, result: InvocationResult): void;
}

export class AsyncInvoker {
  readonly #options: AsyncInvokerOptions;
  readonly #timers = new Set<Timer>();
  #closed = false;

  constructor(options: AsyncInvokerOptions) {
    this.#options = options;
  }

  /** @param run invokes the function once, under the request id that all attempts share */
  enqueue(requestId: string, run: () => Promise<InvocationResult>): void {
    void this.#attempt(requestId, run, { enqueuedAt: this.#options.clock.now(), failures: 0, throttles: 0 });
  }

  /** Drops the events that wait for a retry. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  async #attempt(
    requestId: string,
    run: () => Promise<InvocationResult>,
    { enqueuedAt, failures, throttles }: { enqueuedAt: number; failures: number; throttles: number },
  ): Promise<void> {
    const result = await run();
    if (!result.functionError || this.#closed) return;
    const { clock, onGivenUp } = this.#options;
    // A throttled attempt never reached the function, so it is not one of the retries.
    const throttled = isServiceError(result.functionError);
    const delayMs = throttled
      ? Math.min(FIRST_THROTTLE_DELAY_MS * 2 ** throttles, MAX_THROTTLE_DELAY_MS)
      : RETRY_DELAYS_MS[failures];
    if (delayMs === undefined || clock.now() + delayMs - enqueuedAt > MAX_AGE_MS) {
      return onGivenUp(requestId, result);
    }
    const timer = clock.setTimer(() => {
      this.#timers.delete(timer);
      void this.#attempt(requestId, run, {
        enqueuedAt,
        failures: failures + (throttled ? 0 : 1),
        throttles: throttles + (throttled ? 1 : 0),
      });
    }, delayMs);
    this.#timers.add(timer);
  }
}
