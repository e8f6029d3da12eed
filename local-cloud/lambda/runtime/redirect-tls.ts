import { syncBuiltinESMExports } from 'node:module';
import { connect, type Socket } from 'node:net';
import tls from 'node:tls';

/**
 * Connects to a local service, unencrypted, where a function connects to one of AWS by TLS. A function may build
 * `https://<api id>.execute-api.…` from its event, and version 2 of the SDK knows no other address of DynamoDB. `https`, `fetch` and the
 * SDKs all go through `tls.connect`.
 * @param origins `http://127.0.0.1:5000`, by AWS's host name
 */
export function redirectTls(origins: Record<string, string>): void {
  const original = tls.connect as (...args: unknown[]) => unknown;
  const redirected = (...args: unknown[]): unknown => {
    const options = args.find((arg) => typeof arg === 'object' && arg !== null) as
      { host?: string; servername?: string } | undefined;
    const host = args.find((arg) => typeof arg === 'string') ?? options?.host ?? '';
    const origin = origins[host];
    if (origin === undefined) return original(...args);
    const { hostname, port } = new URL(origin);
    const socket: Socket = connect(Number(port), hostname);
    const onSecure = args.find((arg) => typeof arg === 'function');
    if (onSecure) socket.once('secureConnect', onSecure as () => void);
    socket.once('connect', () => socket.emit('secureConnect'));
    return Object.assign(socket, { encrypted: true, authorized: true });
  };
  tls.connect = redirected as typeof tls.connect;
  syncBuiltinESMExports();
}
