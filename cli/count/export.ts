/** Reads a count out of a counter, also while it is counting. */
import { randomUUID } from 'node:crypto';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import {
  IMPORT_PREFIX,
  MAX_SHARDS,
  TTL_ATTRIBUTE,
  VISIT_MARKER_PREFIX,
  VISITOR_COUNT_KEY,
} from '../../contract/tables.ts';
import { VISIT_ID_PATTERN } from '../../contract/visit.ts';
import { numberOf, readCounter } from '../../functions/shared/counter.ts';
import type { SdkDatabase } from '../../functions/shared/sdk-database.ts';
import type { Count } from './count-file.ts';
import { readStatistics, type Day } from './statistics.ts';

/**
 * Marks the export as contained in this counter: importing it here again adds nothing.
 * @param nowMs milliseconds since 1970
 */
export async function exportCount(database: SdkDatabase, nowMs: number): Promise<Count> {
  // The ids first: every remembered visit is then in the count.
  const remembered = await readRemembered(database, nowMs);
  const { visits: count, days, links } = await readStatistics(database, nowMs);
  const id = randomUUID();
  await database.dynamodb.send('PutItem', importMarker(database, id, count));
  const known = days.filter(({ visits, own, bots, viewers }) => visits + own + bots + viewers > 0);
  return { id, exportedAt: new Date(nowMs).toISOString(), count, remembered, days: known, links };
}

/**
 * Says that a counter contains an export.
 * @param days of another counter; the days of this one are in its items
 */
export function importMarker({ visitorCountTable }: SdkDatabase, id: string, count: number, days?: Day[]) {
  return {
    TableName: visitorCountTable,
    Item: {
      [VISITOR_COUNT_KEY]: { S: IMPORT_PREFIX + id },
      count: { N: String(count) },
      ...(days && { days: { S: JSON.stringify(days) } }),
    },
    ConditionExpression: `attribute_not_exists(${VISITOR_COUNT_KEY})`,
  };
}

/** @returns a number of shards that contains every visit: 8, 16, 32 or 64 */
export async function countShards(database: SdkDatabase): Promise<number> {
  const all = await readCounter({ ...database, counterShards: MAX_SHARDS });
  for (const counterShards of [8, 16, 32]) {
    const some = await readCounter({ ...database, counterShards });
    if (some.count === all.count && some.arrivals === all.arrivals) return counterShards;
  }
  return MAX_SHARDS;
}

/** Reads all shards that can exist: their number may have been lowered since. */
export async function readTotal(database: SdkDatabase): Promise<number> {
  return (await readCounter({ ...database, counterShards: MAX_SHARDS })).count;
}

async function readRemembered(
  { client, visitorCountTable }: SdkDatabase,
  nowMs: number,
): Promise<Map<string, number>> {
  const remembered = new Map<string, number>();
  const pages = paginateScan(
    { client },
    {
      TableName: visitorCountTable,
      ConsistentRead: true,
      FilterExpression: `begins_with(${VISITOR_COUNT_KEY}, :marker) AND ${TTL_ATTRIBUTE} > :now`,
      ExpressionAttributeValues: {
        ':marker': { S: VISIT_MARKER_PREFIX },
        ':now': { N: String(Math.floor(nowMs / 1000)) },
      },
    },
  );
  for await (const page of pages) {
    for (const item of page.Items ?? []) {
      const visit = item[VISITOR_COUNT_KEY]!.S!.slice(VISIT_MARKER_PREFIX.length);
      // A plain client's marker holds its connection id, which is never used again.
      if (VISIT_ID_PATTERN.test(visit)) remembered.set(visit, numberOf(item, TTL_ATTRIBUTE));
    }
  }
  return remembered;
}
