/** The HTTP server behind @connections and Lambda's Invoke API: loopback only, and every request must be signed. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Verify } from './signature.ts';

export interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  /** JSON text. */
  body?: string;
}

export interface SignedServerOptions {
  verify: Verify;
  /** A larger body reaches `answer` as `undefined`. */
  maxBodyBytes: number;
  /** Answers a request whose signature is valid. */
  answer(request: IncomingMessage, body: Buffer | undefined): Answer | Promise<Answer>;
}

export interface SignedServer {
  /** Listens on a free port of 127.0.0.1 and resolves with it. */
  listen(): Promise<number>;
  /** Stops. Calls under way are cut off. */
  close(): Promise<void>;
}

/** API Gateway and Lambda read no more than this of any request. */
const MAX_REQUEST_BYTES = 10 * 1024 * 1024;

/** An error as AWS sends it: the message in the body, the error's name in a header. */
export function errorAnswer(statusCode: number, message: string, errorType?: string): Answer {
  return {
    statusCode,
    headers: errorType ? { 'x-amzn-ErrorType': errorType } : {},
    body: JSON.stringify({ message }),
  };
}

export function createSignedServer(options: SignedServerOptions): SignedServer {
  const timeouts = {
    headersTimeout: 10_000,
    requestTimeout: 10_000,
    connectionsCheckingInterval: 1_000,
    // Functions keep their sockets between two events; Node's default of 5 s would close them just before they are used.
    keepAliveTimeout: 120_000,
  };
  const server = createServer(timeouts, (request, response) => {
    handle(request, options).then(
      (answer) => send(response, answer),
      (error: unknown) => {
        // The client left before its request was complete.
        if (!request.complete) response.destroy();
        else send(response, errorAnswer(500, String(error), 'InternalServerErrorException'));
      },
    );
  });
  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(request: IncomingMessage, options: SignedServerOptions): Promise<Answer> {
  const body = await readBody(request);
  if (!body) return errorAnswer(413, 'Request Too Long', 'RequestEntityTooLargeException');
  const { method = '', url = '/', headers } = request;
  const payloadHash = createHash('sha256').update(body).digest('hex');
  const error = options.verify({ method, url, headers, payloadHash });
  if (error) return errorAnswer(403, error.message, error.errorType);
  return options.answer(request, body.length <= options.maxBodyBytes ? body : undefined);
}

function send(response: ServerResponse, { statusCode, headers, body = '' }: Answer): void {
  response.writeHead(statusCode, {
    ...(statusCode !== 204 && { 'Content-Length': Buffer.byteLength(body) }),
    ...(body !== '' && { 'Content-Type': 'application/json' }),
    ...headers,
  });
  // After the work of all requests that have arrived: see Connection.send.
  setImmediate(() => response.end(body));
}

/**
 * Reads a body to its end: a client that is still sending would not see the answer.
 * @returns undefined if it is larger than {@link MAX_REQUEST_BYTES}. Rejects when the client leaves early.
 */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_REQUEST_BYTES) chunks.push(chunk);
      // The stream flows on until its end or the server's requestTimeout.
      else resolve(undefined);
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}
