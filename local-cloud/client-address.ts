/** Who sent a request: its address and protocol, behind a trusted proxy or not, and whether it is this machine's owner. */
import { isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';

type Request = Pick<IncomingMessage, 'headers'> & {
  socket: { remoteAddress?: string | undefined; encrypted?: boolean };
};

/**
 * The client's address: the socket's or, behind a trusted proxy, the last hop in X-Forwarded-For. That one was written by the
 * proxy; earlier hops may be forged.
 */
export function clientAddress(request: Request, trustProxy: boolean): string {
  const lastHop = lastOf(request.headers['x-forwarded-for']);
  return trustProxy && isIP(lastHop) ? lastHop : socketAddress(request);
}

/** `https` if the socket is encrypted, or the connection to a trusted proxy was. */
export function clientProtocol(request: Request, trustProxy: boolean): 'http' | 'https' {
  const forwarded = trustProxy && lastOf(request.headers['x-forwarded-proto']) === 'https';
  return request.socket.encrypted || forwarded ? 'https' : 'http';
}

/**
 * Whether a request comes from this machine and is meant for it: over loopback, not forwarded by a proxy, and not from a page
 * on a domain name that resolves to loopback.
 */
export function isForOwner(request: Request): boolean {
  const { headers } = request;
  const address = socketAddress(request);
  const isLocal = address === '::1' || address.startsWith('127.');
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined;
  return isLocal && !isForwarded && /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(headers.host ?? '');
}

/** An IPv4 client of a dual-stack socket has its IPv4 address. */
function socketAddress({ socket }: Request): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}

function lastOf(header: string | string[] | undefined): string {
  return String(header ?? '')
    .split(',')
    .at(-1)!
    .trim();
}
