import { isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';

/**
 * Address of the client of a handshake: that of its socket or, where a proxy in front is trusted, the last hop that this proxy
 * wrote into X-Forwarded-For. Earlier hops are the client's own words.
 */
export function clientAddress(request: IncomingMessage, trustProxy: boolean): string {
  const socketAddress = (request.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  if (!trustProxy) return socketAddress;
  const lastHop = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .at(-1)
    ?.trim();
  return lastHop && isIP(lastHop) ? lastHop : socketAddress;
}

/** `https` where the socket, or a trusted proxy in front, is encrypted. */
export function clientProtocol(request: IncomingMessage, trustProxy: boolean): 'http' | 'https' {
  if ('encrypted' in request.socket && request.socket.encrypted) return 'https';
  const forwarded = String(request.headers['x-forwarded-proto'] ?? '')
    .split(',')
    .at(-1)
    ?.trim();
  return trustProxy && forwarded === 'https' ? 'https' : 'http';
}
