/** Outlasting conflicts: DynamoDB refuses a write while a transaction holds its item, and the SDK does not ask again. */
import { TransactionConflictException } from '@aws-sdk/client-dynamodb';

export interface Pauses {
  /** From 0 up to, not including, 1. */
  random: () => number;
  sleep: (ms: number) => Promise<void>;
}

export const MAX_ATTEMPTS = 12;
const FIRST_BACKOFF_MS = 10;
const MAX_BACKOFF_MS = 500;

/** The pause after attempt `attempt`, counted from 1. */
export const backOff = ({ random, sleep }: Pauses, attempt: number): Promise<void> =>
  sleep(random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt));

/**
 * Makes a write of one item, which its connection's own `$connect` may hold: a transaction is carried out late, or once more.
 * @throws what DynamoDB answered last, when conflicts outlast all attempts
 */
export async function retryOnConflict<T>(write: () => Promise<T>, pauses: Pauses): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof TransactionConflictException) || attempt === MAX_ATTEMPTS) throw error;
      await backOff(pauses, attempt);
    }
  }
}
