/** An HTTP proxy on loopback, between functions and what they depend on. */
import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Answer {
  statusCode: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Sends a body to a URL, with the method and headers of the request. @returns `undefined` if that fails */
export type Forward = (url: URL, body: string) => Promise<Answer | undefined>;

export interface HttpProxy {
  /** `http://127.0.0.1:<port>` */
  url: string;
  close(): Promise<void>;
}

/** @param answer `undefined` breaks the connection; clients retry */
export async function startHttpProxy(
  answer: (request: IncomingMessage, body: string, forward: Forward) => Promise<Answer | undefined>,
): Promise<HttpProxy> {
  const agent = new Agent({ keepAlive: true });

  async function forward({ method, headers }: IncomingMessage, url: URL, body: string): Promise<Answer> {
    // The host stays as it was signed.
    const sent = { ...headers, 'content-length': Buffer.byteLength(body) };
    const outgoing = request(url, { agent, method, headers: sent });
    outgoing.end(body);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { statusCode: response.statusCode!, headers: response.headers, body: await text(response) };
  }

  async function handle(incoming: IncomingMessage): Promise<Answer | undefined> {
    return answer(incoming, await text(incoming), (url, body) =>
      forward(incoming, url, body).catch(() => undefined),
    );
  }

  const server = createServer((incoming, outgoing) => {
    handle(incoming).then(
      (answered) => {
        if (!answered) return void incoming.socket.destroy();
        const { 'transfer-encoding': _, ...headers } = answered.headers;
        headers['content-length'] = String(Buffer.byteLength(answered.body));
        outgoing.writeHead(answered.statusCode, headers).end(answered.body);
      },
      () => incoming.socket.destroy(),
    );
  });
  server.keepAliveTimeout = 120_000;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      agent.destroy();
    },
  };
}
