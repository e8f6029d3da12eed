/**
 * API Gateway's quotas for a WebSocket API, as options so that tests can shrink them. Sources: the developer guide's pages
 * "Quotas for configuring and running a WebSocket API" and "Amazon API Gateway quotas". Times are in milliseconds.
 */
export const DEFAULT_LIMITS = {
  /** Largest frame in bytes; a larger one from a client closes the connection with 1009. */
  frameBytes: 32 * 1024,
  /** Largest message in either direction, in bytes. */
  messageBytes: 128 * 1024,
  /** Longest URL of a handshake, in characters. */
  urlLength: 4096,
  /** A connection without messages in either direction is closed after this time. */
  idleTimeout: 10 * 60_000,
  /** Every connection is closed after this time. */
  connectionDuration: 2 * 60 * 60_000,
  /** For an integration to answer. */
  integrationTimeout: 29_000,
  /** New connections a second; also their burst. */
  connectionRate: 500,
  /** The account's throttle in requests a second, and its burst. Posts to @connections count. */
  accountRate: 10_000,
  accountBurst: 5_000,
  /** Unsent bytes of one slow client beyond which posts to it get 429. AWS does not publish its figure. */
  sendBufferBytes: 256 * 1024,
  /** Concurrent messages of one connection; beyond that its socket is not read. AWS does not publish its figure. */
  concurrentMessages: 32,
  /** Share of the stage's throttle for the messages of one connection, so that its flood does not throttle all. Ours. */
  connectionShare: 0.1,
  /** For a client to answer a close frame before its socket is destroyed. Ours. */
  closeTimeout: 5_000,
  /** `close()` waits this long for the last `$disconnect`. Ours. */
  shutdownTimeout: 5_000,
};

export type GatewayLimits = typeof DEFAULT_LIMITS;
