/** Stores a connection and counts its visit exactly once, in one transaction. */
import type { CancellationReason, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import {
  BOTS_ATTRIBUTE,
  CONNECTION_IDS_KEY,
  COUNT_ATTRIBUTE,
  EDITION_ATTRIBUTE_PREFIX,
  LINK_PREFIX,
  OWN_VISITS_ATTRIBUTE,
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
  /** What it counts as: a visit, a visit of the owner, or a declared bot. `undefined` counts nowhere. */
  countsAs?: 'visit' | 'own' | 'bot' | undefined;
  /** The counted link through which the page was opened. It need not exist. */
  linkId?: string | undefined;
  /** The page's path, if it is not the index. */
  edition?: string | undefined;
}

/** `known` was counted before; `uncounted` is a bot or a smoke test. */
export type Outcome = 'counted' | 'own' | 'known' | 'uncounted';

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

/** What a transaction writes besides the connection. */
interface Attempt {
  outcome: Outcome;
  /** The link that this visit is counted for; it existed when it was read. */
  linkId: string | undefined;
  shard: number;
  nowMs: number;
}

/**
 * Stores the connection, and counts the visit unless its marker exists. A visit belongs to the first link it came with: the marker
 * remembers it. The writes are one transaction: a client that retries after a lost answer finds the marker and is not counted twice.
 * @throws DynamoDB's last answer if conflicts or throttling outlast all attempts
 */
export async function accept(
  database: Database,
  connection: NewConnection,
  { now, ...backoff }: Context,
): Promise<Outcome> {
  const { countsAs, linkId: sentLink } = connection;
  let outcome: Outcome = countsAs === 'visit' ? 'counted' : countsAs === 'own' ? 'own' : 'uncounted';
  let linkId =
    outcome === 'counted' && sentLink !== undefined && (await linkExists(database, sentLink))
      ? sentLink
      : undefined;
  for (let attempt = 1; ; attempt++) {
    // Another shard for each attempt: two transactions that collided rarely collide again.
    const shard = Math.floor(backoff.random() * database.counterShards);
    try {
      const TransactItems = [
        ...visitWrites(database, connection, { outcome, linkId, shard, nowMs: now() }),
        connectionWrite(database, connection, now()),
      ];
      await database.dynamodb.send('TransactWriteItems', { TransactItems });
      return outcome;
    } catch (error) {
      const reasons = reasonsOf(error);
      if (!reasons) throw error;
      const [marker, link] = reasons;
      if (marker?.Code === REFUSED || link?.Code === REFUSED) {
        // Each refusal leaves fewer conditions: a known visit without a link has none.
        if (link?.Code === REFUSED || outcome === 'known' || marker?.Item?.['link']) linkId = undefined;
        if (marker?.Code === REFUSED) outcome = 'known';
      } else if (attempt < MAX_ATTEMPTS && reasons.some(({ Code }) => RETRYABLE_REASONS.has(Code ?? ''))) {
        await backOff(backoff, attempt);
      } else {
        throw error;
      }
    }
  }
}

const REFUSED = 'ConditionalCheckFailed';

/** Why DynamoDB rejected the transaction, by item; `undefined` for any other error. */
function reasonsOf(error: unknown): CancellationReason[] | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, CancellationReasons } = error as Partial<DynamoDBError>;
  if (name === 'TransactionCanceledException') return CancellationReasons ?? [];
  // The client has retried while its first request, whose answer was lost, is still running. If that one succeeds, the next attempt
  // finds its marker.
  return name === 'TransactionInProgressException' ? [{ Code: name }] : undefined;
}

/** One read unit. Invented links end here: they never become an item. */
async function linkExists({ dynamodb, visitorCountTable }: Database, linkId: string): Promise<boolean> {
  const { Item } = await dynamodb.send('GetItem', {
    TableName: visitorCountTable,
    Key: { [VISITOR_COUNT_KEY]: { S: LINK_PREFIX + linkId } },
    ConsistentRead: true,
    ProjectionExpression: VISITOR_COUNT_KEY,
  });
  return Item !== undefined;
}

/** The marker, the link and the shard, in this order, as far as they are written. */
function visitWrites(
  { visitorCountTable: TableName }: Database,
  connection: NewConnection,
  { outcome, linkId, shard, nowMs }: Attempt,
): TransactWriteItem[] {
  const arrival = arrivalWrite(TableName, connection, outcome, shard);
  if (outcome === 'uncounted') return [arrival];
  const marker = markerWrite(TableName, connection.visitId, outcome, linkId, Math.floor(nowMs / 1000));
  return linkId === undefined ? [marker, arrival] : [marker, linkWrite(TableName, linkId, nowMs), arrival];
}

function markerWrite(
  TableName: string,
  visitId: string,
  outcome: Outcome,
  linkId: string | undefined,
  nowSeconds: number,
): TransactWriteItem {
  const key = { [VISITOR_COUNT_KEY]: { S: VISIT_MARKER_PREFIX + visitId } };
  const expiry = { N: String(nowSeconds + VISIT_MEMORY_SECONDS) };
  const link = linkId !== undefined && { S: linkId };
  if (outcome !== 'known')
    return {
      Put: {
        TableName,
        Item: { ...key, [TTL_ATTRIBUTE]: expiry, ...(link && { link }) },
        // TTL deletes late: an expired marker may still exist.
        ConditionExpression: `attribute_not_exists(${VISITOR_COUNT_KEY}) OR ${TTL_ATTRIBUTE} <= :now`,
        ExpressionAttributeValues: { ':now': { N: String(nowSeconds) } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    };
  return {
    Update: {
      TableName,
      Key: key,
      UpdateExpression: `SET ${TTL_ATTRIBUTE} = :expiry${link ? ', link = :link' : ''}`,
      ...(link && { ConditionExpression: 'attribute_not_exists(link)' }),
      ExpressionAttributeValues: { ':expiry': expiry, ...(link && { ':link': link }) },
    },
  };
}

/** The condition keeps a visit from creating a link again that its owner has removed. */
function linkWrite(TableName: string, linkId: string, nowMs: number): TransactWriteItem {
  return {
    Update: {
      TableName,
      Key: { [VISITOR_COUNT_KEY]: { S: LINK_PREFIX + linkId } },
      UpdateExpression:
        'SET firstVisitAt = if_not_exists(firstVisitAt, :now), lastVisitAt = :now ADD visits :one',
      ConditionExpression: `attribute_exists(${VISITOR_COUNT_KEY})`,
      ExpressionAttributeValues: { ':now': { N: String(nowMs) }, ':one': { N: '1' } },
    },
  };
}

/** Every connection changes a shard, counted or not: the change starts the broadcaster. */
function arrivalWrite(
  TableName: string,
  { countsAs, edition }: NewConnection,
  outcome: Outcome,
  shard: number,
): TransactWriteItem {
  const counts: string[] = [];
  if (outcome === 'counted') counts.push(COUNT_ATTRIBUTE);
  if (outcome === 'counted' && edition !== undefined) counts.push(EDITION_ATTRIBUTE_PREFIX + edition);
  if (outcome === 'own') counts.push(OWN_VISITS_ATTRIBUTE);
  if (countsAs === 'bot') counts.push(BOTS_ATTRIBUTE);
  return {
    Update: {
      TableName,
      Key: { [VISITOR_COUNT_KEY]: { S: `${VISITS_SHARD_PREFIX}${shard}` } },
      UpdateExpression: ['ADD arrivals :one', ...counts.map((_, i) => `#${i} :one`)].join(', '),
      ...(counts.length > 0 && {
        ExpressionAttributeNames: Object.fromEntries(counts.map((name, i) => [`#${i}`, name])),
      }),
      ExpressionAttributeValues: { ':one': { N: '1' } },
    },
  };
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
