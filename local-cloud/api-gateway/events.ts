/** The events that API Gateway hands to a WebSocket API's Lambda functions. */
import type { Closure } from './close-codes.ts';

export interface Identity {
  /** Left out where the handshake had no User-Agent. */
  userAgent?: string;
  sourceIp: string;
}

/** What stays the same through all events of a connection. */
export interface ConnectionFacts {
  connectionId: string;
  apiId: string;
  stage: string;
  domainName: string;
  identity: Identity;
  /** Milliseconds since 1970. */
  connectedAt: number;
}

/** What is new with each event. */
export interface RequestFacts {
  requestId: string;
  /** Milliseconds since 1970. */
  time: number;
}

export type Headers = Record<string, string>;
export type MultiValueHeaders = Record<string, string[]>;

export type RequestContext = ReturnType<typeof requestContext>;

export interface ConnectEvent {
  headers: Headers;
  multiValueHeaders: MultiValueHeaders;
  queryStringParameters?: Record<string, string>;
  multiValueQueryStringParameters?: Record<string, string[]>;
  requestContext: RequestContext;
  isBase64Encoded: false;
}

/** `$connect`: the only event with the handshake's headers and query; query fields only where the URL has a query. */
export function connectEvent(
  connection: ConnectionFacts,
  request: RequestFacts,
  multiValueHeaders: MultiValueHeaders,
  query: URLSearchParams,
): ConnectEvent {
  const multiValueQuery = Object.fromEntries(
    [...new Set(query.keys())].map((name) => [name, query.getAll(name)]),
  );
  return {
    headers: lastValues(multiValueHeaders),
    multiValueHeaders,
    ...(query.size > 0 && {
      queryStringParameters: lastValues(multiValueQuery),
      multiValueQueryStringParameters: multiValueQuery,
    }),
    requestContext: requestContext('$connect', 'CONNECT', connection, request),
    isBase64Encoded: false,
  };
}

/** A message: no headers, no query; the text as it came. */
export function messageEvent(
  routeKey: string,
  connection: ConnectionFacts,
  request: RequestFacts & { messageId: string },
  body: string,
) {
  const context = requestContext(routeKey, 'MESSAGE', connection, request);
  return {
    requestContext: { ...context, messageId: request.messageId },
    body,
    isBase64Encoded: false,
  };
}

/** `$disconnect`: four headers, of which only Host has a value on AWS. */
export function disconnectEvent(connection: ConnectionFacts, request: RequestFacts, closure: Closure) {
  const headers: Headers = {
    Host: connection.domainName,
    'x-api-key': '',
    'X-Forwarded-For': '',
    'x-restapi': '',
  };
  const context = requestContext('$disconnect', 'DISCONNECT', connection, request);
  return {
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    requestContext: {
      ...context,
      disconnectStatusCode: closure.code,
      disconnectReason: closure.reason,
    },
    isBase64Encoded: false,
  };
}

/** The connection that an event is about. */
export function factsOf(context: RequestContext): ConnectionFacts {
  const { connectionId, apiId, stage, domainName, identity, connectedAt } = context;
  return { connectionId, apiId, stage, domainName, identity, connectedAt };
}

function requestContext(
  routeKey: string,
  eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT',
  connection: ConnectionFacts,
  request: RequestFacts,
) {
  return {
    routeKey,
    eventType,
    // On AWS both ids of a WebSocket request are the same.
    extendedRequestId: request.requestId,
    requestTime: formatRequestTime(request.time),
    messageDirection: 'IN' as const,
    stage: connection.stage,
    connectedAt: connection.connectedAt,
    requestTimeEpoch: request.time,
    identity: connection.identity,
    requestId: request.requestId,
    domainName: connection.domainName,
    connectionId: connection.connectionId,
    apiId: connection.apiId,
  };
}

/** Where a name comes more than once, AWS's single-value maps hold the last value. */
function lastValues(multiValue: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(multiValue).map(([name, values]) => [name, values.at(-1) ?? '']));
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `17/Aug/2023:01:26:32 +0000`: the time format of the Common Log Format, always in UTC. */
export function formatRequestTime(time: number): string {
  const date = new Date(time);
  const day = String(date.getUTCDate()).padStart(2, '0');
  const clock = date.toISOString().slice(11, 19);
  return `${day}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${clock} +0000`;
}
