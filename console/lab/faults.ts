/** What can go wrong between a function and its dependencies, on the level of HTTP. */
import type { Answer } from '../../bench/capacity/http-proxy.ts';
import type { Random } from './random.ts';

/**
 * - dropped: the connection breaks before the request arrives
 * - unanswered: the request runs and the connection breaks before the answer arrives
 * - late: the client times out and the request runs later
 * - internal, throttled, exceeded: InternalServerError, ThrottlingException, ProvisionedThroughputExceededException
 * - expired: the credentials of a long-lived environment, ExpiredTokenException
 * - conflict: a transaction is cancelled with TransactionConflict
 * - partial: a batch read leaves some keys unprocessed
 * - stale: an eventually consistent read gets its previous answer
 */
export const DATABASE_FAULTS = [
  'dropped',
  'unanswered',
  'late',
  'internal',
  'throttled',
  'exceeded',
  'expired',
  'conflict',
  'partial',
  'stale',
] as const;

export type DatabaseFault = (typeof DATABASE_FAULTS)[number];

/** The connection breaks before or after delivery, or the answer is 429 or 500. */
export const POST_FAULTS = ['dropped', 'unanswered', 429, 500] as const;

export type PostFault = (typeof POST_FAULTS)[number];

/** The `X-Amz-Target` header without its prefix: `TransactWriteItems`. */
export function operationOf(target: string | undefined): string {
  return target?.split('.').at(-1) ?? '';
}

/** A fault that this operation can meet, or undefined. */
export function drawDatabaseFault(
  random: Random,
  operation: string,
  { rate, kinds = DATABASE_FAULTS }: { rate: number; kinds?: readonly DatabaseFault[] },
): DatabaseFault | undefined {
  if (!random.happens(rate)) return undefined;
  const possible = kinds.filter(
    (kind) =>
      (kind !== 'conflict' || operation === 'TransactWriteItems') &&
      (kind !== 'partial' || operation === 'BatchGetItem') &&
      (kind !== 'stale' || operation === 'BatchGetItem' || operation === 'GetItem'),
  );
  return possible.length > 0 ? random.pick(possible) : undefined;
}

/**
 * The answer to a request that meets a fault.
 * @param forward sends a body to the database
 * @returns undefined if the connection breaks instead
 */
export async function meet(
  fault: DatabaseFault | undefined,
  body: string,
  forward: (body: string) => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  switch (fault) {
    case 'dropped':
      return undefined;
    case 'unanswered':
      await forward(body);
      return undefined;
    case 'internal':
      return error(500, 'InternalServerError');
    case 'throttled':
      return error(400, 'ThrottlingException');
    case 'exceeded':
      return error(400, 'ProvisionedThroughputExceededException');
    case 'expired':
      return error(400, 'ExpiredTokenException');
    case 'conflict': {
      const { TransactItems } = JSON.parse(body) as { TransactItems: unknown[] };
      const CancellationReasons = TransactItems.map((_, index) => ({
        Code: index === 1 ? 'TransactionConflict' : 'None',
      }));
      return error(400, 'TransactionCanceledException', { CancellationReasons });
    }
    case 'partial': {
      const { asked, unprocessed } = withoutHalf(body);
      const answer = await forward(asked);
      if (answer?.statusCode !== 200) return answer;
      const output = { ...(JSON.parse(answer.body) as object), UnprocessedKeys: unprocessed };
      return { ...answer, body: JSON.stringify(output) };
    }
    default:
      return forward(body);
  }
}

function error(statusCode: number, name: string, more: object = {}): Answer {
  const body = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: name, ...more });
  return { statusCode, headers: { 'content-type': 'application/x-amz-json-1.0' }, body };
}

/** Leaves the second half of a batch read's keys unprocessed, as DynamoDB does when it is short of throughput. */
function withoutHalf(requestBody: string): { asked: string; unprocessed: object } {
  const request = JSON.parse(requestBody) as { RequestItems: Record<string, { Keys: unknown[] }> };
  const unprocessed: Record<string, object> = {};
  for (const [table, keysAndAttributes] of Object.entries(request.RequestItems)) {
    const { Keys } = keysAndAttributes;
    const half = Math.ceil(Keys.length / 2);
    if (half < Keys.length) unprocessed[table] = { ...keysAndAttributes, Keys: Keys.slice(half) };
    request.RequestItems[table] = { ...keysAndAttributes, Keys: Keys.slice(0, half) };
  }
  return { asked: JSON.stringify(request), unprocessed };
}
