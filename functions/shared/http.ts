/** Signed HTTP requests to an AWS service over kept-alive sockets. */
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as SecureAgent, request as httpsRequest } from 'node:https';
import { setImmediate as nextTurn } from 'node:timers/promises';
import aws4 from 'aws4';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
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
  /** Where Lambda puts credentials and Region. */
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
 * @param endpoint `https://dynamodb.eu-central-1.amazonaws.com`, with a path if the service has one
 * @throws if credentials or Region are missing
 */
export function createHttp(
  service: string,
  endpoint: string,
  { maxSockets, environment = process.env, now = Date.now }: HttpOptions,
): Http {
  const { protocol, hostname, port, host, pathname } = new URL(endpoint);
  const secure = protocol === 'https:';
  const agent = new (secure ? SecureAgent : Agent)({ keepAlive: true, maxSockets });
  // All sockets lead to one place. By default, Node builds this name for every request, from 25 TLS options.
  agent.getName = () => host;
  const request = secure ? httpsRequest : httpRequest;
  const address = { hostname: hostname.replace(/^\[|\]$/g, ''), port };
  const base = pathname.replace(/\/$/, '');
  readCredentials(environment);

  return async ({ method, path: relative, headers: own, body, timeoutMs }) => {
    const path = base + relative;
    const date = new Date(now()).toISOString().replace(/\.\d+|[-:]/g, '');
    const { region, ...credentials } = readCredentials(environment);
    const unsigned = { service, region, method, path, body, headers: { host, ...own, 'x-amz-date': date } };
    // Node copies an object of headers into a table first; it writes an array directly.
    const headers = Object.entries(aws4.sign(unsigned, credentials).headers!).flat() as string[];
    // Many posts are signed first and then written together: each write on its own would wake the network, at twice the processor time.
    await nextTurn();
    const send = (via: Agent | false): Promise<HttpResponse> =>
      new Promise((resolve, reject) => {
        const outgoing = request({ ...address, agent: via, method, path, headers });
        const giveUp = (reason: string) => outgoing.destroy(new Error(reason));
        const timers = [setTimeout(giveUp, timeoutMs, `no answer within ${timeoutMs} ms`)];
        const settle = (outcome: () => void) => {
          for (const timer of timers) clearTimeout(timer);
          outcome();
        };
        outgoing.on('socket', (socket) => {
          if (!socket.connecting) return;
          const late = `no connection within ${CONNECT_TIMEOUT_MS} ms`;
          const timer = setTimeout(giveUp, CONNECT_TIMEOUT_MS, late);
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

/** Read again for every request: a long-lived environment may get new ones. */
function readCredentials(environment: NodeJS.ProcessEnv) {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION } = environment;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY || !AWS_REGION)
    throw new Error(
      'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION must be set, as Lambda sets them.',
    );
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    region: AWS_REGION,
  };
}

function isClosed({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
}
