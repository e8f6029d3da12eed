/** How long things last, from API Gateway's limits. */

/** A $connect integration may take 29 s: until then a connection may be unreachable (410) and yet alive. */
export const HANDSHAKE_MS = 30_000;

/** A connection lasts two hours at most; five minutes more for clocks and late writes. */
const CONNECTION_SECONDS = 2 * 3600 + 300;

/** A page says something at least every ten minutes; one minute more for a slow network. */
const PAGE_LEASE_SECONDS = 11 * 60;

/**
 * Second (since 1970) from which a connection's row is a ghost. A page, known by its visit id, renews its lease with
 * every ping; a plain client is believed for as long as a connection can last.
 */
export function expiryOf(kind: 'page' | 'plain', nowMs: number): number {
  return Math.floor(nowMs / 1000) + (kind === 'page' ? PAGE_LEASE_SECONDS : CONNECTION_SECONDS);
}
