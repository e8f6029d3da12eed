/** Factories for the events that API Gateway sends to the updater. */
import { ORIGIN_SECRET_HEADER } from '../../contract/function-env.ts';
import type { WebSocketEvent } from '../../functions/updater/event.ts';

export const ORIGIN_SECRET = 'a-secret-that-only-tests-know-0123456789';
/** One of CloudFront's addresses. */
const EDGE_ADDRESS = '130.176.0.1';
const FORWARDED_FOR = 'X-Forwarded-For';

interface Overrides {
  connectionId?: string;
  headers?: Record<string, string>;
  query?: Record<string, string>;
  /** The viewer's address, as CloudFront appends it. */
  viewer?: string;
  /** What CloudFront sends in the origin header; `null` for a client that bypasses it. */
  originSecret?: string | null;
  /** Milliseconds since 1970. */
  at?: number;
}

/** An event of any route; headers and query only for `$connect`, as on AWS. */
export function webSocketEvent(
  routeKey: string,
  {
    connectionId = 'L0SM9cOFvHcCIhw=',
    headers,
    query,
    viewer = '127.0.0.1',
    originSecret = ORIGIN_SECRET,
    at = 0,
  }: Overrides = {},
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
      identity: { sourceIp: EDGE_ADDRESS },
    },
    isBase64Encoded: false,
    ...(routeKey === '$connect' && {
      headers: {
        ...headers,
        [FORWARDED_FOR]: [headers?.[FORWARDED_FOR], viewer, EDGE_ADDRESS].filter(Boolean).join(', '),
        ...(originSecret !== null && { [ORIGIN_SECRET_HEADER]: originSecret }),
      },
    }),
    ...(query && { queryStringParameters: query }),
  };
}
