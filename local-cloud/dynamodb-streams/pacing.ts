/** How long a mapping waits between polls and after errors. */
import type { Clock } from '../clock.ts';

/** After an empty poll: short at first, doubling up to Lambda's own four polls a second. `wake` ends the pause early. */
export const IDLE_MS = { min: 5, max: 250 };
/** How often the list of shards is read again if nothing else asks for it. */
export const DISCOVERY_INTERVAL_MS = 30_000;

export interface BackoffBounds {
  firstMs: number;
  maxMs: number;
}

/** After an error of the database. */
export const DATABASE_BACKOFF: BackoffBounds = { firstMs: 50, maxMs: 2_000 };
/** After an error of the function. */
export const FUNCTION_BACKOFF: BackoffBounds = { firstMs: 100, maxMs: 10_000 };

/**
 * Exponential backoff with jitter between a tenth of the bound and all of it, which rules out a busy loop.
 * @param failures counts from 1
 * @param random in [0, 1)
 */
export function backoffMs(failures: number, { firstMs, maxMs }: BackoffBounds, random: () => number): number {
  const bound = Math.min(firstMs * 2 ** Math.min(failures - 1, 30), maxMs);
  return bound * (0.1 + 0.9 * random());
}

/** Waits. Never rejects. @returns whether the full time passed: `false` if a signal aborted */
export function pause(clock: Clock, milliseconds: number, ...signals: AbortSignal[]): Promise<boolean> {
  if (signals.some((signal) => signal.aborted)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (elapsed: boolean) => {
      timer.cancel();
      for (const signal of signals) signal.removeEventListener('abort', interrupt);
      resolve(elapsed);
    };
    const interrupt = () => end(false);
    const timer = clock.setTimer(() => end(true), milliseconds);
    for (const signal of signals) signal.addEventListener('abort', interrupt);
  });
}

/** A pause that doubles from poll to poll while nothing happens. */
export class IdlePause {
  readonly #clock: Clock;
  readonly #bounds: { min: number; max: number };
  #nextMs: number;
  #waking = new AbortController();

  constructor(clock: Clock, bounds: { min: number; max: number }) {
    this.#clock = clock;
    this.#bounds = bounds;
    this.#nextMs = bounds.min;
  }

  /** Ends the pause in progress, or skips the next one. The pauses after it are short again. */
  wake(): void {
    this.reset();
    this.#waking.abort();
  }

  /** Makes the next pause short: the poll found records. */
  reset(): void {
    this.#nextMs = this.#bounds.min;
  }

  async wait(signal: AbortSignal, maxMs = Infinity): Promise<void> {
    const milliseconds = Math.min(this.#nextMs, maxMs);
    const elapsed = await pause(this.#clock, milliseconds, signal, this.#waking.signal);
    if (elapsed) this.#nextMs = Math.min(this.#nextMs * 2, this.#bounds.max);
    if (this.#waking.signal.aborted) this.#waking = new AbortController();
  }
}
