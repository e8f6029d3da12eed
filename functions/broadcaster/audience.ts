/** The audience: every connection that is open, as far as the ConnectionIds table knows. */
import { DeleteItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { CONNECTION_IDS_KEY, TTL_ATTRIBUTE } from '../../contract/tables.ts';
import { numberOf } from '../shared/counter.ts';
import type { Database } from '../shared/dynamodb.ts';

export interface Connection {
  connectionId: string;
  /** Milliseconds since 1970. */
  connectedAt: number;
}

/** One of `total` equal parts of the table, counted from 0. */
export interface Segment {
  segment: number;
  totalSegments: number;
}

/**
 * Reads all pages of the table, strongly consistent, so that a connection whose arrival has been read is among them.
 * Rows past their expiry are ghosts that TTL has not removed yet.
 */
export async function readAudience(
  { client, connectionIdsTable }: Database,
  nowMs: number,
  part?: Segment,
): Promise<Connection[]> {
  const audience: Connection[] = [];
  const scan = {
    TableName: connectionIdsTable,
    ConsistentRead: true,
    ...(part && { Segment: part.segment, TotalSegments: part.totalSegments }),
  };
  for await (const page of paginateScan({ client }, scan)) {
    for (const row of page.Items ?? []) {
      const connectionId = row[CONNECTION_IDS_KEY]?.S;
      if (connectionId === undefined || numberOf(row, TTL_ATTRIBUTE) * 1000 <= nowMs) continue;
      audience.push({ connectionId, connectedAt: numberOf(row, 'connectedAt') });
    }
  }
  return audience;
}

/** Deletes the row of a connection that is gone. */
export async function forget(
  { client, connectionIdsTable }: Database,
  { connectionId }: Connection,
): Promise<void> {
  await client.send(
    new DeleteItemCommand({
      TableName: connectionIdsTable,
      Key: { [CONNECTION_IDS_KEY]: { S: connectionId } },
    }),
  );
}
