/** What `$connect` is told about the request behind a handshake. */
import type { IncomingMessage } from 'node:http';
import type { WebSocketApi } from '../topology.ts';
import { clientAddress, clientProtocol } from './client-address.ts';
import type { Clock } from '../clock.ts';
import type { ConnectionFacts, MultiValueHeaders } from './events.ts';
import { createIdentifier, createTraceId, type Randomness } from './identifiers.ts';

/** Gives a handshake its connection id and collects what all events of the connection will say. */
export function connectionFacts(
  request: IncomingMessage,
  gateway: { api: WebSocketApi; region: string; clock: Clock; randomness: Randomness; trustProxy: boolean },
): ConnectionFacts {
  const { api, region, clock, randomness, trustProxy } = gateway;
  const userAgent = request.headers['user-agent'];
  return {
    connectionId: createIdentifier(randomness),
    apiId: api.apiId,
    stage: api.stage,
    domainName: hostName(request.headers.host) ?? `${api.apiId}.execute-api.${region}.amazonaws.com`,
    identity: {
      ...(userAgent !== undefined && { userAgent }),
      sourceIp: clientAddress(request, trustProxy),
    },
    connectedAt: clock.now(),
  };
}

/** Of one hop only, or written anew by the gateway. */
const NOT_FORWARDED = new Set([
  'connection',
  'upgrade',
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/** The client's headers with their spelling, and the four that API Gateway adds. */
export function forwardedHeaders(
  request: IncomingMessage,
  facts: ConnectionFacts,
  gateway: { trustProxy: boolean; randomness: Randomness },
): MultiValueHeaders {
  // A map, because a client may call a header "constructor" or "__proto__".
  const headers = new Map<string, string[]>();
  const { rawHeaders, socket } = request;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    const value = rawHeaders[i + 1] as string;
    if (NOT_FORWARDED.has(name.toLowerCase())) continue;
    headers.set(name, [...(headers.get(name) ?? []), value]);
  }
  headers.set('X-Amzn-Trace-Id', [createTraceId(facts.connectedAt, gateway.randomness)]);
  headers.set('X-Forwarded-For', [facts.identity.sourceIp]);
  headers.set('X-Forwarded-Port', [String(socket.localPort ?? '')]);
  headers.set('X-Forwarded-Proto', [clientProtocol(request, gateway.trustProxy)]);
  return Object.fromEntries(headers);
}

/** Host without the port; AWS's domain names have none. */
function hostName(host: string | undefined): string | undefined {
  return host?.replace(/:\d+$/, '') || undefined;
}
