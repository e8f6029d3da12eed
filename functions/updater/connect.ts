import type { APIGatewayProxyResult } from 'aws-lambda';
import { isDeclaredBot } from './bot.ts';
import { SMOKE_VISIT_ID, VISIT_ID_PATTERN, VISIT_QUERY_PARAMETER } from '../../contract/visit.ts';
import { answer, header, type WebSocketEvent } from './event.ts';
import type { Newcomer } from './count-visit.ts';

export interface ConnectOptions {
  allowedOrigins: ReadonlySet<string>;
  /** Whether this address may open one more connection. */
  checkRateLimit: (sourceIp: string) => Promise<boolean>;
  accept: (newcomer: Newcomer) => Promise<'counted' | 'known' | 'uncounted'>;
}

/**
 * `$connect`: 200 once the connection is stored and its visit counted, 403 for a page of a foreign origin, 400 for a visit
 * id that is none, 429 for an address that has opened too many. A browser always sends `Origin`; a client without one is no page and may connect.
 */
export async function connect(
  event: WebSocketEvent,
  options: ConnectOptions,
): Promise<APIGatewayProxyResult> {
  const origin = header(event, 'origin');
  if (origin !== undefined && !options.allowedOrigins.has(origin)) {
    return answer(403, {
      message: `Origin ${origin} may not connect; ALLOWED_ORIGINS names those that may.`,
    });
  }
  const visitId = event.queryStringParameters?.[VISIT_QUERY_PARAMETER];
  if (visitId !== undefined && !VISIT_ID_PATTERN.test(visitId)) {
    return answer(400, { message: 'visit must be 8 to 64 of A-Z a-z 0-9 _ -' });
  }
  if (!(await options.checkRateLimit(event.requestContext.identity?.sourceIp ?? ''))) {
    return answer(429, {
      message: 'This address has opened too many connections; try again in ten minutes.',
    });
  }
  await options.accept({
    connectionId: event.requestContext.connectionId,
    kind: visitId === undefined ? 'plain' : 'page',
    // A plain client has no visit id: its connection is its visit.
    visitId: visitId ?? event.requestContext.connectionId,
    counts: visitId !== SMOKE_VISIT_ID && !isDeclaredBot(header(event, 'user-agent')),
  });
  return answer(200);
}
