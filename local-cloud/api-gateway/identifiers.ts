/** Ids in API Gateway's format: 11 random bytes in URL-safe base64 with padding, such as `L0SM9cOFvHcCIhw=`. */
import { randomFillSync } from 'node:crypto';

const CONNECTION_ID = /^[A-Za-z0-9_-]{15}=$/;

// One call into the operating system for each id would cost ten times as much as the id.
const pool = Buffer.alloc(4096);
let used = pool.length;

function randomBytes(size: number): Buffer {
  if (used + size > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += size;
  return pool.subarray(used - size, used);
}

/** An id for a connection, a request or a message. */
export function createIdentifier(): string {
  return `${randomBytes(11).toString('base64url')}=`;
}

/** Whether `text` has the format of a connection id; @connections answers 400 to anything else. */
export function isConnectionId(text: string): boolean {
  return CONNECTION_ID.test(text);
}

/** A value for `X-Amzn-Trace-Id`: version, seconds since 1970 in hexadecimal, 12 random bytes. */
export function createTraceId(now: number): string {
  const seconds = Math.floor(now / 1000).toString(16);
  return `Root=1-${seconds.padStart(8, '0')}-${randomBytes(12).toString('hex')}`;
}
