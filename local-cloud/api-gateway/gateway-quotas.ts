/**
 * API Gateway's quotas for a WebSocket API, as options so that tests can shrink them. Sources: the developer guide's pages
 * "Quotas for configuring and running a WebSocket API" and "Amazon API Gateway quotas". What AWS does not publish is marked.
 */
export interface GatewayLimits {
  /** Largest WebSocket frame from a client, in bytes; a larger one closes the connection with 1009. */
  frameBytes: number;
  /** Largest message in either direction, in bytes. */
  messageBytes: number;
  /** Longest URL of a handshake, in characters. */
  urlLength: number;
  /** A connection without a message in either direction for this long is closed; milliseconds. */
  idleTimeout: number;
  /** No connection lasts longer; milliseconds. */
  connectionDuration: number;
  /** How long an integration may take to answer; milliseconds. */
  integrationTimeout: number;
  /** New connections a second, with as large a burst. */
  connectionRate: number;
  /** The account's throttle: requests a second and how many at once. Posts to @connections count too. */
  accountRate: number;
  accountBurst: number;
  /** Bytes that may wait to be sent to one slow client before posts to it are answered 429. AWS does not publish its figure. */
  sendBufferBytes: number;
  /** Messages of one connection that are worked on at the same time; its socket is read no further beyond that. AWS does not publish its figure. */
  concurrentMessages: number;
  /** How far a signature's date may be off; milliseconds. */
  signatureSkew: number;
  /** How long a client may take to answer a close frame before its socket is destroyed; milliseconds. Ours. */
  closeTimeout: number;
  /** How long `close()` waits for clients to leave and for their `$disconnect` to finish; milliseconds. Ours. */
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
  signatureSkew: 5 * 60_000,
  closeTimeout: 5_000,
  shutdownTimeout: 5_000,
};

/** The defaults with `overrides` applied. Throws a RangeError for anything that is not a positive number. */
export function resolveLimits(overrides: Partial<GatewayLimits> = {}): GatewayLimits {
  const limits = { ...DEFAULT_LIMITS, ...overrides };
  for (const [name, value] of Object.entries(limits)) {
    if (typeof value === 'number' && value > 0) continue;
    throw new RangeError(`The gateway's limit "${name}" is ${value}; it must be a positive number.`);
  }
  return limits;
}
