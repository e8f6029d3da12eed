/** Terminates TLS in front of a plain server, as CloudFront and API Gateway do, with a new self-signed certificate. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { promisify } from 'node:util';

/**
 * @param backendPort a function is called at every connection
 * @param directory where key and certificate are written
 */
export async function startTlsFront(backendPort: number | (() => Promise<number>), directory: string) {
  const sockets = new Set<{ destroy(): unknown }>();
  const server = createServer(
    { ...(await createCertificate(directory)), ALPNProtocols: ['http/1.1'] },
    async (outer) => {
      outer.pause();
      const port = typeof backendPort === 'number' ? backendPort : await backendPort();
      const inner = connect(port, '127.0.0.1');
      for (const [from, to] of [
        [outer, inner],
        [inner, outer],
      ] as const) {
        sockets.add(from);
        from.on('error', () => to.destroy());
        from.on('close', () => (sockets.delete(from), to.destroy()));
        from.pipe(to);
      }
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A new self-signed certificate and its key, which are also written to the folder. */
export async function createCertificate(directory: string): Promise<{ key: Buffer; cert: Buffer }> {
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')];
  const options = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=emulated';
  await promisify(execFile)('openssl', ['req', ...options.split(' '), '-keyout', key, '-out', cert]);
  return { key: await readFile(key), cert: await readFile(cert) };
}
