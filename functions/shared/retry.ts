/** DynamoDB rejects a write while a transaction holds its item, and the SDK does not retry that. */
import { TransactionConflictException } from '@aws-sdk/client-dynamodb';

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

/**
 * Retries the write of an item that its connection's own `$connect` may hold: the transaction may run late, or twice.
 * @throws DynamoDB's last answer if the conflict outlasts all attempts
 */
export async function retryOnConflict<T>(write: () => Promise<T>, backoff: Backoff): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof TransactionConflictException) || attempt === MAX_ATTEMPTS) throw error;
      await backOff(backoff, attempt);
    }
  }
}
