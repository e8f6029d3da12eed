/** The management API, `/<stage>/@connections/<id>`. */
import type { IncomingMessage } from 'node:http';
import type { Observe } from '../observer.ts';
import { type Answer, errorAnswer } from '../signed-server.ts';
import { DELETED } from './close-codes.ts';
import type { Connection } from './connection.ts';
import { isConnectionId } from './identifiers.ts';
import { FORBIDDEN, TOO_MANY_REQUESTS, withRequestId } from './responses.ts';
import type { Throttles } from './throttle.ts';

export interface ManagementOptions {
  stage: string;
  throttles: Throttles;
  /** The open connection with that id. One whose handshake is pending is not open yet. */
  find: (connectionId: string) => Connection | undefined;
  observe: Observe | undefined;
}

const OK: Answer = { statusCode: 200 };
const NO_CONTENT: Answer = { statusCode: 204 };
const GONE: Answer = { statusCode: 410, headers: { 'x-amzn-ErrorType': 'GoneException' } };
const TOO_LARGE = errorAnswer(413, 'Message too long', 'PayloadTooLargeException');
const SLOW_CLIENT = errorAnswer(429, "The client's send buffer is full", 'LimitExceededException');

/** Answers a signed request; `body` is `undefined` if it is larger than a message may be. */
export type Management = (request: IncomingMessage, body: Buffer | undefined) => Answer;

export function createManagement({ stage, throttles, find, observe }: ManagementOptions): Management {
  const prefix = new RegExp(`^/(?:@|%40)connections/([^/]*)$`, 'i');

  function respond(method: string, path: string, body: Buffer | undefined): Answer {
    if (!throttles.takePost()) return TOO_MANY_REQUESTS;
    const segment = path.startsWith(`/${stage}/`) && prefix.exec(path.slice(stage.length + 1))?.[1];
    if (typeof segment !== 'string') return FORBIDDEN;
    const connectionId = decode(segment);
    if (!isConnectionId(connectionId)) {
      return errorAnswer(400, `Invalid connectionId: ${connectionId}`, 'BadRequestException');
    }
    if (method === 'POST') {
      const answer = post(find(connectionId), body);
      const { statusCode } = answer;
      observe?.({ type: 'post', connectionId, statusCode, data: body });
      return answer;
    }
    const connection = find(connectionId);
    if (method === 'GET') return connection ? { statusCode: 200, body: describe(connection) } : GONE;
    if (method !== 'DELETE') return FORBIDDEN;
    connection?.close(DELETED);
    return connection ? NO_CONTENT : GONE;
  }

  return ({ method = '', url = '' }, body) => withRequestId(respond(method, url.split('?', 1)[0]!, body));
}

function post(connection: Connection | undefined, body: Buffer | undefined): Answer {
  if (body === undefined) return TOO_LARGE;
  if (!connection) return GONE;
  return connection.send(body) ? OK : SLOW_CLIENT;
}

function describe({ facts, lastActiveAt }: Connection): string {
  return JSON.stringify({
    connectedAt: new Date(facts.connectedAt).toISOString(),
    identity: facts.identity,
    lastActiveAt: new Date(lastActiveAt).toISOString(),
  });
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Not percent-encoding, so not an id either.
    return segment;
  }
}
