import type { APIGatewayProxyResult } from 'aws-lambda';
import { isbot } from 'isbot';
import {
  EDITION_QUERY_PARAMETER,
  LINK_ID_PATTERN,
  LINK_QUERY_PARAMETER,
  OWN_VISIT_QUERY_PARAMETER,
  SMOKE_VISIT_ID,
  VISIT_ID_PATTERN,
  VISIT_QUERY_PARAMETER,
} from '../../contract/visit.ts';
import { viewerAddress } from './edge.ts';
import { answer, header, type WebSocketEvent } from './event.ts';
import type { NewConnection, Outcome } from './count-visit.ts';
import type { RateLimit } from './rate-limit.ts';

export interface ConnectOptions {
  /** Values of the origin header that prove that CloudFront forwarded the handshake. */
  originSecrets: readonly string[];
  allowedOrigins: ReadonlySet<string>;
  /** Pages other than the index that are counted by their path. */
  editions: ReadonlySet<string>;
  rateLimit: RateLimit;
  accept: (connection: NewConnection) => Promise<Outcome>;
  /** Deletes the row of a connection that was accepted and is refused. */
  disconnect: (connectionId: string) => Promise<void>;
}

/**
 * `$connect`: answers 200 once the connection is stored and its visit counted. Rejects a handshake that bypassed CloudFront and pages
 * of other origins with 403, an invalid visit id with 400, and an address with too many connections with 429. Browsers always send
 * `Origin`, so a client without it is not a page and may connect.
 */
export async function connect(
  event: WebSocketEvent,
  options: ConnectOptions,
): Promise<APIGatewayProxyResult> {
  const viewer = viewerAddress(event, options.originSecrets);
  if (viewer === undefined)
    return answer(403, { message: 'Connect through the site, not directly to the API.' });
  const origin = header(event, 'origin');
  if (origin !== undefined && !options.allowedOrigins.has(origin)) {
    return answer(403, {
      message: `Origin ${origin} may not connect; ALLOWED_ORIGINS lists the origins that may.`,
    });
  }
  const query = event.queryStringParameters ?? {};
  const visitId = query[VISIT_QUERY_PARAMETER];
  if (visitId !== undefined && !VISIT_ID_PATTERN.test(visitId)) {
    return answer(400, { message: 'visit must be 8 to 64 of A-Z a-z 0-9 _ -' });
  }
  const tooMany = {
    message: 'This address has opened too many connections; try again in ten minutes.',
  };
  if (options.rateLimit.isOver(viewer)) return answer(429, tooMany);
  // In parallel, which saves a round trip. The price: each environment may count the visit of the first handshake that it refuses.
  const { connectionId } = event.requestContext;
  const [admitted] = await Promise.all([
    options.rateLimit.check(viewer),
    options.accept({
      connectionId,
      kind: visitId === undefined ? 'plain' : 'page',
      // A plain client has no visit id: its connection is its visit.
      visitId: visitId ?? connectionId,
      countsAs: kindOf(event, query),
      linkId: matching(query[LINK_QUERY_PARAMETER], (id) => LINK_ID_PATTERN.test(id)),
      edition: matching(query[EDITION_QUERY_PARAMETER], (path) => options.editions.has(path)),
    }),
  ]);
  if (admitted) return answer(200);
  // API Gateway sends no $disconnect for a refused handshake: pages would show its viewer until its row expires.
  await options.disconnect(connectionId);
  return answer(429, tooMany);
}

function kindOf(event: WebSocketEvent, query: Query): NewConnection['countsAs'] {
  if (query[VISIT_QUERY_PARAMETER] === SMOKE_VISIT_ID) return undefined;
  if (isDeclaredBot(header(event, 'user-agent'))) return 'bot';
  return query[OWN_VISIT_QUERY_PARAMETER] === '1' ? 'own' : 'visit';
}

type Query = NonNullable<WebSocketEvent['queryStringParameters']>;

/** A visit with an invalid link or edition is simply a visit. */
function matching(value: string | undefined, isValid: (value: string) => boolean): string | undefined {
  return value !== undefined && isValid(value) ? value : undefined;
}

/**
 * Whether a client declares that it is a bot. A headless browser does not: its owner's tests open the page like a person. Crawlers
 * that use one add their name, which is found.
 */
function isDeclaredBot(userAgent: string | undefined): boolean {
  return isbot(userAgent?.replace('HeadlessChrome', 'Chrome'));
}
