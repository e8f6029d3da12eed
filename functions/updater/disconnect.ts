import { DeleteItemCommand, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { BROADCAST_ID, CONNECTION_IDS_KEY, DEPARTURE_ID, VISITOR_COUNT_KEY } from '../../contract/tables.ts';
import { numberOf } from '../shared/counter.ts';
import type { Database } from '../shared/dynamodb.ts';
import { retryOnConflict, type Backoff } from '../shared/retry.ts';

/**
 * A departure is broadcast immediately to an audience up to this size. A larger one learns of it with the next arrival, or from the
 * broadcaster's reconciliation a minute later: every broadcast costs a post per viewer.
 */
export const PROMPT_DEPARTURE_VIEWERS = 5;

/** `$disconnect`: deletes the connection's row. API Gateway sends it at best effort; the other rows expire. */
export async function disconnect(database: Database, connectionId: string, backoff: Backoff): Promise<void> {
  const { client, connectionIdsTable, visitorCountTable } = database;
  const removal = new DeleteItemCommand({
    TableName: connectionIdsTable,
    Key: { [CONNECTION_IDS_KEY]: { S: connectionId } },
    ReturnValues: 'ALL_OLD',
  });
  const removed = await retryOnConflict(() => client.send(removal), backoff);
  if (!removed.Attributes) return;
  const key = (id: string) => ({ TableName: visitorCountTable, Key: { [VISITOR_COUNT_KEY]: { S: id } } });
  const lastBroadcast = await client.send(new GetItemCommand(key(BROADCAST_ID)));
  if (numberOf(lastBroadcast.Item ?? {}, 'viewers') > PROMPT_DEPARTURE_VIEWERS) return;
  await client.send(
    new UpdateItemCommand({
      ...key(DEPARTURE_ID),
      UpdateExpression: 'ADD departures :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    }),
  );
}
