import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Refusal {
  statusCode: number;
  body: string;
  /** The name under which AWS's SDKs report the error. */
  errorType?: string;
}

/** `{"message": …}` with the error's name, the way API Gateway says no. */
export function refusal(statusCode: number, message: string, errorType?: string): Refusal {
  return { statusCode, body: JSON.stringify({ message }), ...(errorType && { errorType }) };
}

export const FORBIDDEN = refusal(403, 'Forbidden', 'ForbiddenException');
export const TOO_MANY_REQUESTS = refusal(429, 'Too Many Requests', 'LimitExceededException');

/** Answers a handshake that does not become a WebSocket, and closes its socket. */
export function refuseUpgrade(socket: Duplex, answer: Refusal, requestId: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const headers = Object.entries(refusalHeaders(answer, requestId)).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const status = `HTTP/1.1 ${answer.statusCode} ${STATUS_CODES[answer.statusCode] ?? 'Refused'}`;
  socket.once('finish', () => socket.destroy());
  socket.end([status, 'Connection: close', ...headers, '', answer.body].join('\r\n'));
}

/** Answers an ordinary HTTP request. */
export function refuseRequest(response: ServerResponse, answer: Refusal, requestId: string): void {
  response.writeHead(answer.statusCode, refusalHeaders(answer, requestId));
  response.end(answer.body);
}

function refusalHeaders(answer: Refusal, requestId: string): Record<string, string | number> {
  return {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(answer.body),
    'x-amzn-RequestId': requestId,
    ...(answer.errorType && { 'x-amzn-ErrorType': answer.errorType }),
  };
}
