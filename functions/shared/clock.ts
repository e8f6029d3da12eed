/**
 * The time of DynamoDB, which all functions share: a function's own clock may be wrong. Every answer has a `Date` header, in seconds. The clock is
 * corrected only if it cannot be right, given when the request was sent and answered.
 */
export interface ServiceClock {
  /** Corrected milliseconds since 1970. */
  now(): number;
  /** Milliseconds since 1970 on this machine's clock. */
  localNow(): number;
  /**
   * @param date the answer's `Date` header
   * @param sentAt when the request was sent, on this machine's clock
   */
  observe(date: string | undefined, sentAt: number): void;
}

/** Differences up to this are harmless, and could come from the header's rounding. */
const TOLERANCE_MS = 1_000;

export function createClock(localNow: () => number = Date.now): ServiceClock {
  let offset = 0;
  return {
    now: () => localNow() + offset,
    localNow,
    observe(date, sentAt) {
      const served = Date.parse(date ?? '');
      if (Number.isNaN(served)) return;
      const least = served - localNow();
      const most = served + 1_000 - sentAt;
      const mayBeRight = least <= TOLERANCE_MS && most >= -TOLERANCE_MS;
      offset = mayBeRight ? 0 : Math.round((least + most) / 2);
    },
  };
}
