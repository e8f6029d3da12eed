/** The management API: `/<stage>/@connections/<id>`, for functions only, every request signed. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DELETED } from './close-codes.ts';
import type { Connection } from './connection.ts';
import { createIdentifier, isConnectionId, type Randomness } from './identifiers.ts';
import { FORBIDDEN, type Refusal, refusal, refuseRequest } from './refusal.ts';
import { readBody } from './request-body.ts';
import type { SignatureVerifier } from './signature.ts';
import type { Throttles } from './throttles.ts';

export interface ManagementOptions {
  stage: string;
  verifier: SignatureVerifier;
  throttles: Throttles;
  randomness: Randomness;
  /** Largest message, in bytes. */
  messageBytes: number;
  /** The open connection of that id. One whose handshake is not complete is not open yet. */
  find: (connectionId: string) => Connection | undefined;
}

const GONE: Refusal = { statusCode: 410, body: '', errorType: 'GoneException' };
const TOO_LARGE = refusal(413, 'Message too long', 'PayloadTooLargeException');
const THROTTLED = refusal(429, 'Too Many Requests', 'LimitExceededException');
const SLOW_CLIENT = refusal(429, "The client's send buffer is full", 'LimitExceededException');

/** Answers one request of @connections. */
export class Management {
  readonly #options: ManagementOptions;
  readonly #path: RegExp;

  constructor(options: ManagementOptions) {
    this.#options = options;
    this.#path = new RegExp(`^/${escape(options.stage)}/(?:@|%40)connections/([^/]*)$`, 'i');
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = createIdentifier(this.#options.randomness);
    let body: Awaited<ReturnType<typeof readBody>>;
    try {
      body = await readBody(request, this.#options.messageBytes);
    } catch {
      // The client has gone or sent far too much: there is nobody to answer.
      response.destroy();
      return;
    }
    const refused = this.#respond(request, response, body.data, body.sha256, requestId);
    if (refused) refuseRequest(response, refused, requestId);
  }

  /** The refusal to send, or nothing when the request has been answered. */
  #respond(
    request: IncomingMessage,
    response: ServerResponse,
    data: Buffer | undefined,
    payloadHash: string,
    requestId: string,
  ): Refusal | undefined {
    const { verifier, throttles, find } = this.#options;
    const { method = '', url = '/', headers } = request;
    const wrong = verifier.verify({ method, url, headers, payloadHash });
    if (wrong) return refusal(403, wrong.message, wrong.errorType);
    if (!throttles.takePost()) return THROTTLED;
    const segment = this.#path.exec(url.split('?', 1)[0] as string)?.[1];
    if (segment === undefined) return FORBIDDEN;
    const connectionId = decode(segment);
    if (connectionId === undefined || !isConnectionId(connectionId)) {
      return refusal(400, `Invalid connectionId: ${connectionId ?? segment}`, 'BadRequestException');
    }
    const connection = find(connectionId);
    switch (method) {
      case 'POST':
        if (data === undefined) return TOO_LARGE;
        if (!connection) return GONE;
        if (!connection.send(data)) return SLOW_CLIENT;
        return answer(response, 200, requestId);
      case 'GET':
        return connection ? answer(response, 200, requestId, describe(connection)) : GONE;
      case 'DELETE':
        if (!connection) return GONE;
        connection.close(DELETED);
        return answer(response, 204, requestId);
      default:
        return FORBIDDEN;
    }
  }
}

function describe(connection: Connection): string {
  const { connectedAt, identity } = connection.facts;
  return JSON.stringify({
    connectedAt: new Date(connectedAt).toISOString(),
    identity,
    lastActiveAt: new Date(connection.lastActiveAt).toISOString(),
  });
}

function answer(response: ServerResponse, statusCode: number, requestId: string, body = ''): undefined {
  response.writeHead(statusCode, {
    'x-amzn-RequestId': requestId,
    ...(statusCode !== 204 && { 'Content-Length': Buffer.byteLength(body) }),
    ...(body !== '' && { 'Content-Type': 'application/json' }),
  });
  response.end(body);
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function escape(literal: string): string {
  return literal.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
