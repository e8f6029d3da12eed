/** Lifetimes derived from API Gateway's limits. */

/** A $connect integration may take 29 s. Until then, a connection that answers 410 may be alive. */
export const HANDSHAKE_MS = 30_000;

/** A connection lasts at most two hours; plus five minutes for clocks and late writes. */
const CONNECTION_SECONDS = 2 * 3600 + 300;

/** A page pings at least every ten minutes; plus a minute for a slow network. */
const PAGE_LEASE_SECONDS = 11 * 60;

/**
 * Second since 1970 at which a connection's row expires. A page, known by its visit id, renews its lease with every ping. A plain
 * client does not ping, so its row lasts as long as a connection can.
 */
export function expiryOf(kind: 'page' | 'plain', nowMs: number): number {
  return Math.floor(nowMs / 1000) + (kind === 'page' ? PAGE_LEASE_SECONDS : CONNECTION_SECONDS);
}
