export interface Backoff {
  /** From 0 up to, not including, 1. */
  random: () => number;
  sleep: (ms: number) => Promise<void>;
}

export const MAX_ATTEMPTS = 12;
const FIRST_BACKOFF_MS = 10;
const MAX_BACKOFF_MS = 500;

/** Pauses after attempt `attempt`, counted from 1: exponential backoff with full jitter. */
export const backOff = ({ random, sleep }: Backoff, attempt: number): Promise<void> =>
  sleep(random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt));
