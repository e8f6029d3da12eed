/** API Gateway's own answers: `{"message": …}`, the error's name in a header, and a request id. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Answer, errorAnswer } from '../signed-server.ts';
import { createIdentifier } from './identifiers.ts';

export const FORBIDDEN = errorAnswer(403, 'Forbidden', 'ForbiddenException');
export const TOO_MANY_REQUESTS = errorAnswer(429, 'Too Many Requests', 'LimitExceededException');
export const UNAVAILABLE = errorAnswer(503, 'Service Unavailable', 'ServiceUnavailableException');

/** The answer with the headers that all answers carry. */
export function withRequestId(answer: Answer, requestId = createIdentifier()): Answer {
  return { ...answer, headers: { 'x-amzn-RequestId': requestId, ...answer.headers } };
}

/** Answers a handshake that does not become a WebSocket, and closes its socket. */
export function refuseUpgrade(socket: Duplex, answer: Answer, requestId?: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { statusCode, body = '' } = answer;
  const headers = {
    Connection: 'close',
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...withRequestId(answer, requestId).headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? 'Refused'}`;
  socket.once('finish', () => socket.destroy());
  socket.end([status, ...lines, '', body].join('\r\n'));
}
