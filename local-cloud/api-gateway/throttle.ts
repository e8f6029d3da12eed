/** A token bucket, the way API Gateway describes its throttles: `rate` tokens a second flow in, at most `burst` are held. */
export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  /** `rate` in tokens a second, `burst` in tokens, `now` in milliseconds. The bucket starts full. */
  constructor(rate: number, burst: number, now: () => number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#now = now;
    this.#tokens = burst;
    this.#filledAt = now();
  }

  /** Takes one token; `false` when there is none, which is a throttled request. */
  take(): boolean {
    const now = this.#now();
    // A clock that is set back must not empty the bucket.
    const elapsed = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsed * this.#rate) / 1000);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
