export interface BackoffBounds {
  firstMs: number;
  longestMs: number;
}

/**
 * Exponential backoff with full jitter, but never less than a tenth of the bound: a busy loop is impossible.
 * `failures` counts from 1; `random` is in [0, 1).
 */
export function backoffMs(
  failures: number,
  { firstMs, longestMs }: BackoffBounds,
  random: () => number,
): number {
  const bound = Math.min(firstMs * 2 ** Math.min(failures - 1, 30), longestMs);
  return bound * (0.1 + 0.9 * random());
}
