/** Taking a count out of a counter, also of one that is counting. */
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { TTL_ATTRIBUTE, VISIT_MARKER_PREFIX, VISITOR_COUNT_KEY } from '../../contract/tables.ts';
import { VISIT_ID_PATTERN } from '../../contract/visit.ts';
import { numberOf } from '../../functions/shared/counter.ts';
import type { Database } from '../../functions/shared/dynamodb.ts';
import type { Count } from './count-file.ts';
import { readStanding } from './ledger.ts';

export interface ExportOptions {
  /** Milliseconds since 1970. */
  now: () => number;
  /** Makes a counter's name. */
  newSite: () => string;
}

export interface Export extends Count {
  /** Visits that were counted while their ids were being read: these may not be among the remembered ones. */
  meanwhile: number;
}

/** A busy counter is read again this often, for a moment in which nobody came. */
const ATTEMPTS = 5;

/** No visit is missing: the count is read after the ids, so that every remembered visit is in it. */
export async function exportCount(database: Database, { now, newSite }: ExportOptions): Promise<Export> {
  for (let attempt = 1; ; attempt++) {
    const before = await readStanding(database, newSite);
    const remembered = await readRemembered(database, now());
    const { count, counted } = await readStanding(database, newSite);
    const meanwhile = count - before.count;
    if (meanwhile === 0 || attempt === ATTEMPTS)
      return { exportedAt: new Date(now()).toISOString(), counted, remembered, meanwhile };
  }
}

async function readRemembered(
  { client, visitorCountTable }: Database,
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
      // A plain client's marker bears its connection's id, which never comes again.
      if (VISIT_ID_PATTERN.test(visit)) remembered.set(visit, numberOf(item, TTL_ATTRIBUTE));
    }
  }
  return remembered;
}
