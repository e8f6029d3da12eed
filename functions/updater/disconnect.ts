import { DeleteItemCommand, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { BROADCAST_ID, CONNECTION_IDS_KEY, DEPARTURE_ID, VISITOR_COUNT_KEY } from '../../contract/tables.ts';
import { numberOf } from '../shared/counter.ts';
import type { Database } from '../shared/dynamodb.ts';
import { retryOnConflict, type Pauses } from './retry.ts';

/**
 * An audience up to this size is told at once that somebody left. A larger one learns it with the next newcomer, or from the
 * broadcaster's reconciliation a minute later: every announcement costs a post for each viewer.
 */
export const PROMPT_DEPARTURE_VIEWERS = 5;

/** `$disconnect`: forgets the connection. API Gateway sends it at best effort; rows that it misses expire. */
export async function disconnect(database: Database, connectionId: string, pauses: Pauses): Promise<void> {
  const { client, connectionIdsTable, visitorCountTable } = database;
  const removal = new DeleteItemCommand({
    TableName: connectionIdsTable,
    Key: { [CONNECTION_IDS_KEY]: { S: connectionId } },
    ReturnValues: 'ALL_OLD',
  });
  const removed = await retryOnConflict(() => client.send(removal), pauses);
  if (!removed.Attributes) return;
  const key = (id: string) => ({ TableName: visitorCountTable, Key: { [VISITOR_COUNT_KEY]: { S: id } } });
  const told = await client.send(new GetItemCommand(key(BROADCAST_ID)));
  if (numberOf(told.Item ?? {}, 'viewers') > PROMPT_DEPARTURE_VIEWERS) return;
  await client.send(
    new UpdateItemCommand({
      ...key(DEPARTURE_ID),
      UpdateExpression: 'ADD departures :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    }),
  );
}
