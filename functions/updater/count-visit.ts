/** Stores a connection and counts its visit exactly once, in one transaction. */
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import {
  CONNECTION_IDS_KEY,
  TTL_ATTRIBUTE,
  VISIT_MARKER_PREFIX,
  VISITOR_COUNT_KEY,
  VISITS_SHARD_PREFIX,
} from '../../contract/tables.ts';
import { VISIT_MEMORY_SECONDS } from '../../contract/visit.ts';
import type { Database, DynamoDBError } from '../shared/dynamodb.ts';
import { expiryOf } from '../shared/lifetimes.ts';
import { backOff, MAX_ATTEMPTS, type Backoff } from '../shared/retry.ts';

export interface NewConnection {
  connectionId: string;
  kind: 'page' | 'plain';
  visitId: string;
  /** Whether the visit counts if it is new. */
  counts: boolean;
}

/** Whether its visit was counted: `known` was counted before, `uncounted` does not count. */
export type Outcome = 'counted' | 'known' | 'uncounted';

export interface Context extends Backoff {
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Reasons for which another attempt may succeed. */
const RETRYABLE_REASONS = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'TransactionInProgressException',
]);

/**
 * Stores the connection, and counts the visit unless its marker exists. The writes are one transaction: a client that retries after a
 * lost answer finds the marker and is not counted twice.
 * @throws DynamoDB's last answer if conflicts or throttling outlast all attempts
 */
export async function accept(
  database: Database,
  connection: NewConnection,
  { now, ...backoff }: Context,
): Promise<Outcome> {
  let outcome: Outcome = connection.counts ? 'counted' : 'uncounted';
  for (let attempt = 1; ; attempt++) {
    // Another shard for each attempt: two transactions that collided rarely collide again.
    const shard = Math.floor(backoff.random() * database.counterShards);
    try {
      const TransactItems = [
        ...visitWrites(database, connection, outcome, shard, now()),
        connectionWrite(database, connection, now()),
      ];
      await database.dynamodb.send('TransactWriteItems', { TransactItems });
      return outcome;
    } catch (error) {
      const reasons = reasonsOf(error);
      if (!reasons) throw error;
      if (outcome === 'counted' && reasons[0] === 'ConditionalCheckFailed') {
        outcome = 'known';
      } else if (attempt < MAX_ATTEMPTS && reasons.some((reason) => RETRYABLE_REASONS.has(reason))) {
        await backOff(backoff, attempt);
      } else {
        throw error;
      }
    }
  }
}

/** Why DynamoDB rejected the transaction; `undefined` for any other error. */
function reasonsOf(error: unknown): string[] | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, CancellationReasons } = error as Partial<DynamoDBError>;
  if (name === 'TransactionCanceledException')
    return (CancellationReasons ?? []).map(({ Code }) => Code ?? '');
  // The client has retried while its first request, whose answer was lost, is still running. If that one succeeds, the next attempt
  // finds its marker.
  return name === 'TransactionInProgressException' ? [name] : undefined;
}

function visitWrites(
  { visitorCountTable: TableName }: Database,
  { visitId }: NewConnection,
  outcome: Outcome,
  shard: number,
  nowMs: number,
): TransactWriteItem[] {
  const nowSeconds = Math.floor(nowMs / 1000);
  const marker = {
    TableName,
    Item: {
      [VISITOR_COUNT_KEY]: { S: VISIT_MARKER_PREFIX + visitId },
      [TTL_ATTRIBUTE]: { N: String(nowSeconds + VISIT_MEMORY_SECONDS) },
    },
  };
  const key = { [VISITOR_COUNT_KEY]: { S: `${VISITS_SHARD_PREFIX}${shard}` } };
  // Every connection changes a shard, counted or not: the change starts the broadcaster.
  const arrival: TransactWriteItem = {
    Update: {
      TableName,
      Key: key,
      UpdateExpression: outcome === 'counted' ? 'ADD #count :one, arrivals :one' : 'ADD arrivals :one',
      ...(outcome === 'counted' && { ExpressionAttributeNames: { '#count': 'count' } }),
      ExpressionAttributeValues: { ':one': { N: '1' } },
    },
  };
  switch (outcome) {
    case 'counted': {
      // TTL deletes late: an expired marker may still exist.
      const isNew = {
        ConditionExpression: `attribute_not_exists(${VISITOR_COUNT_KEY}) OR ${TTL_ATTRIBUTE} <= :now`,
        ExpressionAttributeValues: { ':now': { N: String(nowSeconds) } },
      };
      return [{ Put: { ...marker, ...isNew } }, arrival];
    }
    case 'known':
      return [{ Put: marker }, arrival];
    case 'uncounted':
      return [arrival];
  }
}

function connectionWrite(
  { connectionIdsTable }: Database,
  { connectionId, kind }: NewConnection,
  nowMs: number,
): TransactWriteItem {
  return {
    Put: {
      TableName: connectionIdsTable,
      Item: {
        [CONNECTION_IDS_KEY]: { S: connectionId },
        connectedAt: { N: String(nowMs) },
        [TTL_ATTRIBUTE]: { N: String(expiryOf(kind, nowMs)) },
      },
    },
  };
}
