/** Ids that look like API Gateway's: 11 random bytes in URL-safe base64 with its padding, such as `L0SM9cOFvHcCIhw=`. */
import { randomFillSync } from 'node:crypto';

/** `size` random bytes, at most 4096, to be used before the next call. */
export type Randomness = (size: number) => Uint8Array;

/** Randomness from the operating system, fetched for hundreds of ids at once: one call for each costs more than the id. */
export function pooledRandomness(): Randomness {
  const pool = Buffer.alloc(4096);
  let used = pool.length;
  return (size) => {
    if (used + size > pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += size;
    return pool.subarray(used - size, used);
  };
}

const ID_BYTES = 11;
const CONNECTION_ID_PATTERN = /^[A-Za-z0-9_-]{15}=$/;

/** An id of a connection, a request or a message. */
export function createIdentifier(randomness: Randomness): string {
  return `${Buffer.from(randomness(ID_BYTES)).toString('base64url')}=`;
}

/** Whether `text` has the form of a connection id; @connections answers 400 to anything else. */
export function isConnectionId(text: string): boolean {
  return CONNECTION_ID_PATTERN.test(text);
}

/** A value for `X-Amzn-Trace-Id`: the version, the second in hexadecimal and 12 random bytes. */
export function createTraceId(now: number, randomness: Randomness): string {
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0');
  return `Root=1-${seconds}-${Buffer.from(randomness(12)).toString('hex')}`;
}
