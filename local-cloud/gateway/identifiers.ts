/** Ids that look like API Gateway's: 11 random bytes in URL-safe base64 with its padding, such as `L0SM9cOFvHcCIhw=`. */

/** `size` random bytes. */
export type Randomness = (size: number) => Uint8Array;

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
