import type { Clock } from './clock.ts';

export interface ManualClock extends Clock {
  /** Moves time forward and fires the timers that fall due, in order. */
  advance(milliseconds: number): void;
  /** Milliseconds until each pending timer fires, soonest first. */
  pending(): number[];
  /** Resolves when a timer of at least this length is pending. */
  scheduled(atLeastMilliseconds?: number): Promise<void>;
}

/** A clock for tests: time moves only when the test advances it. */
export function createManualClock(startAt = Date.UTC(2026, 0, 1)): ManualClock {
  let now = startAt;
  const timers = new Set<{ at: number; callback: () => void }>();
  const waiting = new Set<{ atLeast: number; resolve: () => void }>();
  const sorted = () => [...timers].sort((a, b) => a.at - b.at);

  return {
    now: () => now,
    setTimer(callback, milliseconds) {
      const timer = { at: now + milliseconds, callback };
      timers.add(timer);
      for (const waiter of waiting) {
        if (milliseconds < waiter.atLeast) continue;
        waiting.delete(waiter);
        waiter.resolve();
      }
      return { cancel: () => void timers.delete(timer) };
    },
    advance(milliseconds) {
      const end = now + milliseconds;
      for (let next = sorted()[0]; next && next.at <= end; next = sorted()[0]) {
        timers.delete(next);
        now = next.at;
        next.callback();
      }
      now = end;
    },
    pending: () => sorted().map((timer) => timer.at - now),
    scheduled: (atLeast = 0) =>
      sorted().some((timer) => timer.at - now >= atLeast)
        ? Promise.resolve()
        : new Promise((resolve) => waiting.add({ atLeast, resolve })),
  };
}
