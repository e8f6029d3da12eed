/** Storing a newcomer and counting its visit, exactly once, in one transaction. */
import {
  TransactionCanceledException,
  TransactionInProgressException,
  TransactWriteItemsCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import {
  CONNECTION_IDS_KEY,
  TTL_ATTRIBUTE,
  VISIT_MARKER_PREFIX,
  VISITOR_COUNT_KEY,
  VISITS_SHARD_PREFIX,
} from '../../contract/tables.ts';
import { VISIT_MEMORY_SECONDS } from '../../contract/visit.ts';
import type { Database } from '../shared/dynamodb.ts';
import { expiryOf } from '../shared/lifetimes.ts';
import { backOff, MAX_ATTEMPTS, type Pauses } from './retry.ts';

export interface Newcomer {
  connectionId: string;
  kind: 'page' | 'plain';
  visitId: string;
  /** Whether the visit counts if it is new. */
  counts: boolean;
}

export interface Surroundings extends Pauses {
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Reasons that pass by themselves; the SDK does not retry a cancelled transaction. */
const PASSING_REASONS = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'TransactionInProgressException',
]);

/**
 * Stores the connection and counts the visit unless its marker says that it was counted before. Either all of it is written
 * or nothing: whoever asks again after a lost answer finds the marker and is not counted twice.
 * @returns 'known' where the visit had been counted before, 'uncounted' where it does not count
 * @throws what DynamoDB answered last, when conflicts or throttling outlast all attempts
 */
export async function accept(
  database: Database,
  newcomer: Newcomer,
  { now, ...pauses }: Surroundings,
): Promise<'counted' | 'known' | 'uncounted'> {
  let outcome: 'counted' | 'known' | 'uncounted' = newcomer.counts ? 'counted' : 'uncounted';
  for (let attempt = 1; ; attempt++) {
    // Each attempt draws a shard anew, so that two that collided hardly collide again.
    const shard = Math.floor(pauses.random() * database.counterShards);
    try {
      const TransactItems = [
        ...visitWrites(database, newcomer, outcome, shard, now()),
        connectionWrite(database, newcomer, now()),
      ];
      await database.client.send(new TransactWriteItemsCommand({ TransactItems }));
      return outcome;
    } catch (error) {
      const reasons = reasonsOf(error);
      if (!reasons) throw error;
      if (outcome === 'counted' && reasons[0] === 'ConditionalCheckFailed') {
        outcome = 'known';
      } else if (attempt < MAX_ATTEMPTS && reasons.some((reason) => PASSING_REASONS.has(reason))) {
        await backOff(pauses, attempt);
      } else {
        throw error;
      }
    }
  }
}

/** Why DynamoDB did not carry the transaction out; `undefined` for any other error. */
function reasonsOf(error: unknown): string[] | undefined {
  if (error instanceof TransactionCanceledException)
    return (error.CancellationReasons ?? []).map(({ Code }) => Code ?? '');
  // The SDK asked again while its first request, whose answer was lost, is still being carried out. Should that one succeed, its
  // marker tells the next attempt that the visit is counted.
  if (error instanceof TransactionInProgressException) return [error.name];
  return undefined;
}

function visitWrites(
  { visitorCountTable: TableName }: Database,
  { visitId }: Newcomer,
  outcome: 'counted' | 'known' | 'uncounted',
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
  // Every newcomer changes its shard, counted or not: the change is what tells the broadcaster.
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
      // TTL deletes late, so an expired marker may still be there.
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
  { connectionId, kind }: Newcomer,
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
