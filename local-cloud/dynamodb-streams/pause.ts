import type { Clock } from '../clock.ts';

/** Pauses that a stop ends at once. Resolves, never rejects, when the time is over or `signal` is aborted. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      timer.cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimer(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}

/** A pause that grows from poll to poll while nothing happens, and that {@link IdlePause.wake} cuts short. */
export class IdlePause {
  readonly #clock: Clock;
  readonly #shortestMs: number;
  readonly #longestMs: number;
  #nextMs: number;
  #woken = false;
  #interrupt: (() => void) | undefined;

  constructor(clock: Clock, shortestMs: number, longestMs: number) {
    this.#clock = clock;
    this.#shortestMs = shortestMs;
    this.#longestMs = longestMs;
    this.#nextMs = shortestMs;
  }

  /** Something happened: poll now if pausing, else straight after the poll under way, and often for a while. */
  wake(): void {
    this.#nextMs = this.#shortestMs;
    this.#woken = true;
    this.#interrupt?.();
  }

  /** Records were found: the next pause is short. */
  reset(): void {
    this.#nextMs = this.#shortestMs;
  }

  wait(signal: AbortSignal, atMostMs = Infinity): Promise<void> {
    if (this.#woken || signal.aborted) {
      this.#woken = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const done = () => {
        timer.cancel();
        signal.removeEventListener('abort', done);
        this.#interrupt = undefined;
        this.#woken = false;
        resolve();
      };
      const timer = this.#clock.setTimer(
        () => {
          this.#nextMs = Math.min(this.#nextMs * 2, this.#longestMs);
          done();
        },
        Math.min(this.#nextMs, atMostMs),
      );
      this.#interrupt = done;
      signal.addEventListener('abort', done);
    });
  }
}
