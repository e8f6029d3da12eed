/** How a connection ends: the status code and reason that `$disconnect` is told (RFC 6455, section 7.4). */
export interface Closure {
  code: number;
  reason: string;
}

/** Idle for too long, older than two hours, or the gateway is stopping. AWS tells `$disconnect` exactly this. */
export const GOING_AWAY: Closure = { code: 1001, reason: 'Going away' };
/** DELETE @connections/{id}. AWS tells `$disconnect` exactly this. */
export const DELETED: Closure = { code: 1000, reason: 'Connection Closed Normally' };
/** AWS takes text frames only; a binary one ends the connection. */
export const BINARY_UNSUPPORTED: Closure = { code: 1003, reason: 'Binary frames are not supported' };
export const TOO_BIG: Closure = { code: 1009, reason: 'Frame or message too big' };

const NO_STATUS = 1005;
const ABNORMAL = 1006;

/** What the client's close frame, or the lack of one, means for `$disconnect`. */
export function clientClosure(code: number, reason: string): Closure {
  // AWS's own words where the page closed without a code, which is what a browser does.
  if (code === NO_STATUS) return { code, reason: 'Client-side close frame status not set' };
  if (code === ABNORMAL) return { code, reason: 'Connection closed abnormally' };
  return { code, reason };
}

const CLOSURE_BY_ERROR: Record<string, Closure> = {
  WS_ERR_INVALID_UTF8: { code: 1007, reason: 'Invalid UTF-8' },
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: TOO_BIG,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: TOO_BIG,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: { code: 1008, reason: 'Too many fragments' },
};

/** What a violation of the protocol, as `ws` reports it, means for `$disconnect`. */
export function violationClosure(error: Error & { code?: string }): Closure {
  return CLOSURE_BY_ERROR[error.code ?? ''] ?? { code: 1002, reason: 'Protocol error' };
}
