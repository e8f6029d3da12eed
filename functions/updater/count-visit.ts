/** Stores a connection and counts its visit exactly once, in one transaction. */
import type { CancellationReason } from '@aws-sdk/client-dynamodb';
import { LINK_PREFIX, VISITOR_COUNT_KEY } from '../../contract/tables.ts';
import type { Database, DynamoDBError } from '../shared/dynamodb.ts';
import { backOff, MAX_ATTEMPTS, type Backoff } from '../shared/retry.ts';
import { writesOf } from './visit-writes.ts';

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

/**
 * Stores the connection, and counts the visit unless its marker exists. A visit belongs to the first link it came with: the marker
 * remembers it. The writes are one transaction: a client that retries after a lost answer finds the marker and is not counted twice.
 *
 * All visits through a link write the same item. If it is still contended after all attempts, the visit is counted without it: the marker
 * then has no link, so the page's next handshake counts it for the link.
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
      const TransactItems = writesOf(database, connection, { outcome, linkId, shard, nowMs: now() });
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
      } else if (linkId !== undefined && RETRYABLE_REASONS.has(link?.Code ?? '')) {
        linkId = undefined;
        attempt = 0;
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
