/** How a connection ended: the status code and reason that `$disconnect` receives (RFC 6455, section 7.4). */
export interface Closure {
  code: number;
  reason: string;
}

/** Idle for too long, older than two hours, or the gateway is stopping. AWS's code and wording. */
export const GOING_AWAY: Closure = { code: 1001, reason: 'Going away' };
/** DELETE @connections/{id}. AWS's code and wording. */
export const DELETED: Closure = { code: 1000, reason: 'Connection Closed Normally' };
/** AWS accepts text frames only. */
export const BINARY_UNSUPPORTED: Closure = { code: 1003, reason: 'Binary frames are not supported' };
export const TOO_BIG: Closure = { code: 1009, reason: 'Frame or message too big' };
/** The client vanished without a close frame. */
export const ABNORMAL: Closure = { code: 1006, reason: 'Connection closed abnormally' };

const NO_STATUS = 1005;

/** The closure for the code and reason of the client's close frame, as `ws` reports them. */
export function clientClosure(code: number, reason: string): Closure {
  if (code === ABNORMAL.code) return ABNORMAL;
  // A browser that closes without a code. AWS's wording.
  if (code === NO_STATUS) return { code, reason: 'Client-side close frame status not set' };
  return { code, reason };
}

const CLOSURE_BY_ERROR: Record<string, Closure> = {
  WS_ERR_INVALID_UTF8: { code: 1007, reason: 'Invalid UTF-8' },
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: TOO_BIG,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: TOO_BIG,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: { code: 1008, reason: 'Too many fragments' },
};

/** The closure for a protocol violation, as `ws` reports it. */
export function violationClosure(error: Error & { code?: string }): Closure {
  return CLOSURE_BY_ERROR[error.code ?? ''] ?? { code: 1002, reason: 'Protocol error' };
}
