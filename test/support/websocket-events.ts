/** Factories for the events that API Gateway sends to the updater. */
import type { WebSocketEvent } from '../../functions/updater/event.ts';

interface Overrides {
  connectionId?: string;
  headers?: Record<string, string>;
  query?: Record<string, string>;
  sourceIp?: string;
  /** Milliseconds since 1970. */
  at?: number;
}

/** An event of any route; headers and query only for `$connect`, as on AWS. */
export function webSocketEvent(
  routeKey: string,
  { connectionId = 'L0SM9cOFvHcCIhw=', headers, query, sourceIp = '127.0.0.1', at = 0 }: Overrides = {},
): WebSocketEvent {
  const eventType =
    routeKey === '$connect' ? 'CONNECT' : routeKey === '$disconnect' ? 'DISCONNECT' : 'MESSAGE';
  return {
    requestContext: {
      routeKey,
      eventType,
      connectionId,
      messageId: 'L0SNAcOFvHcCIhw=',
      extendedRequestId: 'fvu5pH3cIAMFlZg=',
      requestTime: '23/Nov/2026:12:00:00 +0000',
      messageDirection: 'IN',
      stage: 'live',
      connectedAt: at,
      requestTimeEpoch: at,
      requestId: 'fvu5pH3cIAMFlZg=',
      domainName: 'local.execute-api.us-east-1.amazonaws.com',
      apiId: 'local',
      identity: { sourceIp },
    },
    isBase64Encoded: false,
    ...(headers && { headers }),
    ...(query && { queryStringParameters: query }),
  };
}
