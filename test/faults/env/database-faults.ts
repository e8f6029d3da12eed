/** What can go wrong between a function and DynamoDB, on the level of HTTP. */
import type { Random } from './random.ts';

/**
 * - dropped: the connection breaks before the request arrives
 * - unanswered: the request runs and the connection breaks before the answer arrives
 * - late: the client times out and the request runs later
 * - internal, throttled, exceeded: InternalServerError, ThrottlingException, ProvisionedThroughputExceededException
 * - conflict: a transaction is cancelled with TransactionConflict
 * - partial: a batch read leaves some keys unprocessed
 * - stale: an eventually consistent read gets its previous answer
 */
export type DatabaseFault =
  | 'dropped'
  | 'unanswered'
  | 'late'
  | 'internal'
  | 'throttled'
  | 'exceeded'
  | 'conflict'
  | 'partial'
  | 'stale';

export const DATABASE_FAULTS: readonly DatabaseFault[] = [
  'dropped',
  'unanswered',
  'late',
  'internal',
  'throttled',
  'exceeded',
  'conflict',
  'partial',
  'stale',
];

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

export interface Answer {
  statusCode: number;
  body: string;
}

/** The answer to a fault that never reaches the database. */
export function answerTo(fault: DatabaseFault, requestBody: string): Answer | undefined {
  switch (fault) {
    case 'internal':
      return error(500, 'InternalServerError', 'Internal server error');
    case 'throttled':
      return error(400, 'ThrottlingException', 'Rate of requests exceeds the allowed throughput.');
    case 'exceeded':
      return error(400, 'ProvisionedThroughputExceededException', 'The level of throughput was exceeded.');
    case 'conflict': {
      const { TransactItems } = JSON.parse(requestBody) as { TransactItems: unknown[] };
      const CancellationReasons = TransactItems.map((_, index) =>
        index === 1
          ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
          : { Code: 'None' },
      );
      return error(
        400,
        'TransactionCanceledException',
        'Transaction cancelled, please refer cancellation reasons',
        { CancellationReasons },
      );
    }
    default:
      return undefined;
  }
}

function error(statusCode: number, name: string, message: string, more: object = {}): Answer {
  return {
    statusCode,
    body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message, ...more }),
  };
}

/** Leaves the second half of a batch read's keys unprocessed, as DynamoDB does when it is short of throughput. */
export function withoutHalf(requestBody: string): { asked: string; unprocessed: object } {
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
