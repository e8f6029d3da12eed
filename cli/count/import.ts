/** Adds a count to a counter, or sets it, also while it is counting. */
import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import {
  TTL_ATTRIBUTE,
  VISIT_MARKER_PREFIX,
  VISITOR_COUNT_KEY,
  VISITS_SHARD_PREFIX,
} from '../../contract/tables.ts';
import { backOff, type Backoff } from '../../functions/shared/retry.ts';
import type { SdkDatabase } from '../../functions/shared/sdk-database.ts';
import type { Count } from './count-file.ts';
import { importMarker, readTotal } from './export.ts';
import { putLink } from './links.ts';
import type { LinkStatistics } from './statistics.ts';

export interface ImportOptions extends Backoff {
  /** Milliseconds since 1970. */
  nowMs: number;
}

const CONCURRENCY = 16;
const MAX_ATTEMPTS = 50;

/**
 * Adds an export's visits. An interrupted import can be repeated; importing the same export twice adds nothing.
 * @returns whether its visits were added, rather than already there
 * @throws DynamoDB's last error when conflicts with visitors outlast all attempts
 */
export async function importCount(
  database: SdkDatabase,
  { id, count, remembered, days, links }: Count,
  options: ImportOptions,
): Promise<boolean> {
  // The ids first: a visitor who comes in between is known, and the count that holds this visit follows.
  await remember(database, remembered, options.nowMs);
  for (const link of links) await addLink(database, link);
  try {
    await add(database, count, options, [{ Put: importMarker(database, id, count, days) }]);
    return true;
  } catch (error) {
    if (!isRefused(error)) throw error;
    return false;
  }
}

/** Makes the count this number. Visits that arrive meanwhile are counted on top. */
export async function setCount(database: SdkDatabase, count: number, options: ImportOptions): Promise<void> {
  await add(database, count - (await readTotal(database)), options);
}

/** A change of a shard starts a broadcast, so open pages show the new number. */
async function add(
  { dynamodb, visitorCountTable }: SdkDatabase,
  visits: number,
  backoff: Backoff,
  others: TransactWriteItem[] = [],
): Promise<void> {
  const update: TransactWriteItem = {
    Update: {
      TableName: visitorCountTable,
      Key: { [VISITOR_COUNT_KEY]: { S: `${VISITS_SHARD_PREFIX}0` } },
      // Imported visits are not today's.
      UpdateExpression: 'ADD #count :visits, imported :visits, arrivals :arrivals',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: {
        ':visits': { N: String(visits) },
        ':arrivals': { N: String(Math.max(1, visits)) },
      },
    },
  };
  for (let attempt = 1; ; attempt++) {
    try {
      await dynamodb.send('TransactWriteItems', { TransactItems: [update, ...others] });
      return;
    } catch (error) {
      // Otherwise a visitor was counted in the same moment.
      const isConflict = error instanceof TransactionCanceledException && !isRefused(error);
      if (!isConflict || attempt === MAX_ATTEMPTS) throw error;
      await backOff(backoff, attempt);
    }
  }
}

function isRefused(error: unknown): boolean {
  return (
    error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some(({ Code }) => Code === 'ConditionalCheckFailed')
  );
}

async function remember(
  { dynamodb, visitorCountTable }: SdkDatabase,
  visits: Map<string, number>,
  nowMs: number,
): Promise<void> {
  const queue = visits.entries();
  const work = async () => {
    for (const [visit, until] of queue) {
      if (until * 1000 <= nowMs) continue;
      const expiry = { N: String(until) };
      const put = dynamodb.send('PutItem', {
        TableName: visitorCountTable,
        Item: {
          [VISITOR_COUNT_KEY]: { S: VISIT_MARKER_PREFIX + visit },
          [TTL_ATTRIBUTE]: expiry,
          // Its link has been counted: a reconnect must not count it again.
          link: { S: '' },
        },
        ConditionExpression: `attribute_not_exists(${VISITOR_COUNT_KEY}) OR ${TTL_ATTRIBUTE} < :expiry`,
        ExpressionAttributeValues: { ':expiry': expiry },
      });
      await unlessItExists(put);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}

/** A link that this counter has already keeps its own numbers. Its first visit is no news. */
function addLink(database: SdkDatabase, link: LinkStatistics): Promise<void> {
  const { firstVisitAt } = link;
  return unlessItExists(
    putLink(database, { ...link, ...(firstVisitAt !== undefined && { notifiedAt: firstVisitAt }) }),
  );
}

async function unlessItExists(put: Promise<unknown>): Promise<void> {
  try {
    await put;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
