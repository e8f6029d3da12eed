/** Signed HTTP requests to an AWS service over kept-alive sockets. */
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as SecureAgent, request as httpsRequest } from 'node:https';
import { createSign } from './sign.ts';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body: string;
  /** Sends the request without a signature, before the call returns. */
  unsigned?: boolean;
  /** The request is given up after this time; milliseconds. */
  timeoutMs: number;
}

export interface HttpResponse {
  statusCode: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** @throws if there is no complete answer: the request may or may not have been carried out */
export type Http = (request: HttpRequest) => Promise<HttpResponse>;

export interface HttpOptions {
  maxSockets: number;
  /** Where credentials and Region come from. */
  environment?: NodeJS.ProcessEnv;
  /** The time to sign with; milliseconds since 1970. */
  now?: () => number;
}

/** A connection that takes longer is given up; milliseconds. */
const CONNECT_TIMEOUT_MS = 1_000;

/**
 * A request is sent once, unless its kept socket was closed meanwhile: services close idle sockets, also while a function is frozen. Other
 * kept sockets may be closed as well, so the second try opens a new one.
 *
 * The SDK's signer over Node's own client takes a third of the processor time of the SDK's clients (bench/README.md).
 *
 * @param endpoint `https://dynamodb.eu-central-1.amazonaws.com`, with a path if the service has one
 */
export function createHttp(
  service: string,
  endpoint: string,
  { maxSockets, environment = process.env, now = Date.now }: HttpOptions,
): Http {
  const { protocol, hostname, port, host, pathname } = new URL(endpoint);
  const secure = protocol === 'https:';
  const agent = new (secure ? SecureAgent : Agent)({ keepAlive: true, maxSockets });
  const request = secure ? httpsRequest : httpRequest;
  const sign = createSign(service, environment, now);

  return async ({ method, path: relative, headers: own, body, unsigned, timeoutMs }) => {
    const path = pathname.replace(/\/$/, '') + relative;
    const sent = { host, ...own };
    const headers = {
      ...(unsigned ? sent : await sign({ method, protocol, hostname, path, headers: sent, body })),
      'content-length': String(Buffer.byteLength(body)),
    };
    const send = (via: Agent | false): Promise<HttpResponse> =>
      new Promise((resolve, reject) => {
        const outgoing = request({ agent: via, method, hostname, port, path, headers });
        const giveUp = (reason: string) => outgoing.destroy(new Error(reason));
        const timers = [setTimeout(giveUp, timeoutMs, `no answer within ${timeoutMs} ms`)];
        const settle = (outcome: () => void) => {
          for (const timer of timers) clearTimeout(timer);
          outcome();
        };
        outgoing.on('socket', (socket) => {
          if (!socket.connecting) return;
          const timer = setTimeout(
            giveUp,
            CONNECT_TIMEOUT_MS,
            `no connection within ${CONNECT_TIMEOUT_MS} ms`,
          );
          timers.push(timer);
          socket.once(secure ? 'secureConnect' : 'connect', () => clearTimeout(timer));
        });
        // Reading to the end lets the socket carry the next request.
        outgoing.on('response', (response) => {
          let answer = '';
          response.setEncoding('utf8');
          response.on('data', (text: string) => (answer += text));
          response.on('error', (error) => settle(() => reject(error)));
          response.on('end', () =>
            settle(() =>
              resolve({ statusCode: response.statusCode!, headers: response.headers, body: answer }),
            ),
          );
        });
        outgoing.on('error', (error) =>
          settle(() => (outgoing.reusedSocket && isClosed(error) ? resolve(send(false)) : reject(error))),
        );
        outgoing.end(body);
      });
    return send(agent);
  };
}

function isClosed({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
}
