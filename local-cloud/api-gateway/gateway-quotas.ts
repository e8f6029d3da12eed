/**
 * API Gateway's quotas for a WebSocket API, as options so that tests can shrink them. Sources: the developer guide's pages
 * "Quotas for configuring and running a WebSocket API" and "Amazon API Gateway quotas". Quotas that AWS does not publish say so.
 */
export interface GatewayLimits {
  /** Largest frame from a client, in bytes; a larger one closes the connection with 1009. */
  frameBytes: number;
  /** Largest message in either direction, in bytes. */
  messageBytes: number;
  /** Longest URL of a handshake, in characters. */
  urlLength: number;
  /** A connection without messages in either direction is closed after this many milliseconds. */
  idleTimeout: number;
  /** Every connection is closed after this many milliseconds. */
  connectionDuration: number;
  /** Milliseconds for an integration to answer. */
  integrationTimeout: number;
  /** New connections a second; also their burst. */
  connectionRate: number;
  /** The account's throttle in requests a second, and its burst. Posts to @connections count. */
  accountRate: number;
  accountBurst: number;
  /** Unsent bytes of one slow client beyond which posts to it get 429. AWS does not publish its figure. */
  sendBufferBytes: number;
  /** Concurrent messages of one connection; beyond that its socket is not read. AWS does not publish its figure. */
  concurrentMessages: number;
  /** Share of the stage's throttle for the messages of one connection, so that its flood does not throttle all. Ours. */
  connectionShare: number;
  /** How far a signature's date may be off, in milliseconds. */
  signatureSkew: number;
  /** Milliseconds for a client to answer a close frame before its socket is destroyed. Ours. */
  closeTimeout: number;
  /** Milliseconds that `close()` waits for the last `$disconnect`. Ours. */
  shutdownTimeout: number;
}

export const DEFAULT_LIMITS: GatewayLimits = {
  frameBytes: 32 * 1024,
  messageBytes: 128 * 1024,
  urlLength: 4096,
  idleTimeout: 10 * 60_000,
  connectionDuration: 2 * 60 * 60_000,
  integrationTimeout: 29_000,
  connectionRate: 500,
  accountRate: 10_000,
  accountBurst: 5_000,
  sendBufferBytes: 256 * 1024,
  concurrentMessages: 32,
  connectionShare: 0.1,
  signatureSkew: 5 * 60_000,
  closeTimeout: 5_000,
  shutdownTimeout: 5_000,
};
