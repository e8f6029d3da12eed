/** The events that API Gateway sends to a WebSocket API's functions. */
import type { IncomingMessage } from 'node:http';
import { apiDomain, type WebSocketApi } from '../topology.ts';
import { clientAddress, clientProtocol } from '../client-address.ts';
import type { Closure } from './close-codes.ts';
import { createIdentifier, createTraceId } from './identifiers.ts';

/** What all events of a connection have in common. */
export interface ConnectionFacts {
  connectionId: string;
  apiId: string;
  stage: string;
  domainName: string;
  identity: {
    /** Missing when the handshake has no User-Agent. */
    userAgent?: string;
    sourceIp: string;
  };
  /** Milliseconds since 1970. */
  connectedAt: number;
}

/** What differs with each event. */
export interface RequestFacts {
  requestId: string;
  /** Milliseconds since 1970. */
  time: number;
}

export type ConnectEvent = ReturnType<typeof connectEvent>;

/** Gives a handshake its connection id and collects what all events of the connection will say. */
export function connectionFacts(
  request: IncomingMessage,
  { api, region, now }: { api: WebSocketApi; region: string; now: number },
): ConnectionFacts {
  const userAgent = request.headers['user-agent'];
  return {
    connectionId: createIdentifier(),
    apiId: api.apiId,
    stage: api.stage,
    // Not the local Host: functions build the endpoint of @connections from it.
    domainName: apiDomain({ region, webSocketApi: api }),
    identity: {
      ...(userAgent !== undefined && { userAgent }),
      sourceIp: clientAddress(request, false),
    },
    connectedAt: now,
  };
}

/** `$connect`: the only event with the handshake's headers and query; query fields only if the URL has a query. */
export function connectEvent(connection: ConnectionFacts, request: RequestFacts, handshake: IncomingMessage) {
  const multiValueHeaders = forwardedHeaders(handshake, connection);
  const query = new URLSearchParams((handshake.url ?? '').split('?').slice(1).join('?'));
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

/** A message: no headers, no query, the text unchanged. */
export function messageEvent(
  routeKey: string,
  connection: ConnectionFacts,
  request: RequestFacts,
  body: string,
) {
  const context = requestContext(routeKey, 'MESSAGE', connection, request);
  return { requestContext: { ...context, messageId: createIdentifier() }, body, isBase64Encoded: false };
}

/** `$disconnect`: four headers, of which only Host has a value on AWS. */
export function disconnectEvent(connection: ConnectionFacts, request: RequestFacts, closure: Closure) {
  const headers = { Host: connection.domainName, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
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

function requestContext(
  routeKey: string,
  eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT',
  connection: ConnectionFacts,
  { requestId, time }: RequestFacts,
) {
  const { connectionId, apiId, stage, domainName, identity, connectedAt } = connection;
  return {
    routeKey,
    eventType,
    // On AWS both ids of a WebSocket request are the same.
    extendedRequestId: requestId,
    requestTime: formatRequestTime(time),
    messageDirection: 'IN' as const,
    stage,
    connectedAt,
    requestTimeEpoch: time,
    identity,
    requestId,
    domainName,
    connectionId,
    apiId,
  };
}

/** Headers of a single hop, and headers that the gateway writes itself. */
const NOT_FORWARDED = new Set([
  'connection',
  'upgrade',
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/** The client's headers in their spelling, and the four that API Gateway adds. */
function forwardedHeaders(
  request: IncomingMessage,
  { connectedAt, identity }: ConnectionFacts,
): Record<string, string[]> {
  // A map, because a client may send a header called "constructor" or "__proto__".
  const headers = new Map<string, string[]>();
  const { rawHeaders, socket } = request;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (NOT_FORWARDED.has(name.toLowerCase())) continue;
    headers.set(name, [...(headers.get(name) ?? []), rawHeaders[i + 1]!]);
  }
  headers.set('X-Amzn-Trace-Id', [createTraceId(connectedAt)]);
  // API Gateway appends its peer to what it receives.
  const earlier = request.headers['x-forwarded-for'];
  headers.set('X-Forwarded-For', [[earlier, identity.sourceIp].filter(Boolean).join(', ')]);
  headers.set('X-Forwarded-Port', [String(socket.localPort ?? '')]);
  headers.set('X-Forwarded-Proto', [clientProtocol(request, false)]);
  return Object.fromEntries(headers);
}

/** AWS's single-value maps hold the last of several values. */
function lastValues(multiValue: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(multiValue).map(([name, values]) => [name, values.at(-1) ?? '']));
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `17/Aug/2023:01:26:32 +0000`: the Common Log Format's time, in UTC. */
function formatRequestTime(time: number): string {
  const date = new Date(time);
  const day = String(date.getUTCDate()).padStart(2, '0');
  const clock = date.toISOString().slice(11, 19);
  return `${day}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${clock} +0000`;
}
