import type { IncomingMessage } from 'node:http';

/**
 * Whether a request was made on this machine, for this machine: over loopback, not passed on by a proxy, and not by a page
 * whose name somebody has made to point at loopback.
 */
export function isForOwner({
  socket,
  headers,
}: Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } }): boolean {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const isLocal = address === '::1' || address.startsWith('127.');
  const passedOn = headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined;
  return isLocal && !passedOn && /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(headers.host ?? '');
}
