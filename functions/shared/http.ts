/** Signed HTTP requests to an AWS service over kept-alive sockets. */
import { createDial, HttpSocket, type Exchange, type HttpResponse } from './http-socket.ts';
import { createSign, keepLast, scopeOf, sha256, signingKey } from './sign.ts';

export type { HttpResponse };

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
  /** The request is given up after this time; milliseconds. */
  timeoutMs: number;
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
  const url = new URL(endpoint);
  const base = url.pathname.replace(/\/$/, '');
  const headersOf = createHeaders(service, url.host, environment);
  const dial = createDial(url);
  const free: HttpSocket[] = [];
  const waiting: Exchange[] = [];
  let open = 0;

  const onFree = (socket: HttpSocket): void => {
    const next = waiting.shift();
    if (next) socket.send(next);
    else free.push(socket);
  };
  const onClose = (socket: HttpSocket, unanswered: Exchange | undefined): void => {
    open--;
    remove(free, socket);
    const next = unanswered ?? waiting.shift();
    if (next) connect(next);
  };
  function connect(exchange: Exchange): void {
    open++;
    new HttpSocket(dial(), onFree, onClose).send(exchange);
  }
  function start(exchange: Exchange): void {
    const socket = free.pop();
    if (socket) socket.send(exchange);
    else if (open < maxSockets) connect(exchange);
    else waiting.push(exchange);
  }

  return async ({ method, path: relative, headers, body, timeoutMs }) => {
    const path = base + relative;
    const head = headersOf(method, path, headers, body, now());
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<HttpResponse>((resolve, reject) => {
        const exchange: Exchange = {
          text: `${method} ${path} HTTP/1.1\r\n${head}\r\n${body}`,
          resolve,
          reject,
        };
        const giveUp = () => {
          remove(waiting, exchange);
          exchange.socket?.destroy();
          reject(new Error(`no answer within ${timeoutMs} ms`));
        };
        timer = setTimeout(giveUp, timeoutMs);
        start(exchange);
      });
    } finally {
      clearTimeout(timer);
    }
  };
}

/**
 * The header lines of signed requests. Reads the credentials again for every request: a long-lived environment may get new ones.
 * @throws if they are missing
 */
function createHeaders(service: string, host: string, environment: NodeJS.ProcessEnv) {
  const region = environment['AWS_REGION'] ?? '';
  const credentials = () => {
    const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = environment;
    if (id && secret && region) return { id, secret, token };
    throw new Error(
      'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION must be set, as Lambda sets them.',
    );
  };
  credentials();
  const timeOf = keepLast((second: number) =>
    new Date(second * 1000).toISOString().replace(/\.\d+|[-:]/g, ''),
  );
  const keyOf = keepLast(signingKey);
  const prepare = keepLast(
    (
      method: string,
      body: string,
      given: HttpRequest['headers'],
      time: string,
      id: string,
      secret: string,
      token?: string,
    ) => {
      const payloadHash = sha256(body);
      const headers = Object.entries({
        ...given,
        host,
        'x-amz-date': time,
        ...(token && { 'x-amz-security-token': token }),
        // S3 requires it, other services take it from the body.
        ...(service === 's3' && { 'x-amz-content-sha256': payloadHash }),
      }).sort(([a], [b]) => (a < b ? -1 : 1));
      const signedHeaders = headers.map(([name]) => name).join(';');
      const scope = scopeOf(time, region, service);
      const lines = headers.map(([name, value]) => `${name}:${value}`);
      const sign = createSign(keyOf(secret, scope), time, scope, {
        method,
        query: '',
        headers: `${lines.join('\n')}\n`,
        signedHeaders,
        payloadHash,
      });
      const head =
        `${lines.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
        `authorization: AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${signedHeaders}, Signature=`;
      return (path: string) => `${head}${sign(path)}\r\n`;
    },
  );
  return (
    method: string,
    path: string,
    given: HttpRequest['headers'],
    body: string,
    nowMs: number,
  ): string => {
    const { id, secret, token } = credentials();
    return prepare(method, body, given, timeOf(Math.floor(nowMs / 1000)), id, secret, token)(path);
  };
}

function remove<T>(list: T[], item: T): void {
  const position = list.indexOf(item);
  if (position >= 0) list.splice(position, 1);
}
