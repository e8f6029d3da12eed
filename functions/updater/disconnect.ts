import { BROADCAST_ID, CONNECTION_IDS_KEY, DEPARTURE_ID, VISITOR_COUNT_KEY } from '../../contract/tables.ts';
import { numberOf } from '../shared/counter.ts';
import type { Database } from '../shared/dynamodb.ts';

/**
 * A departure is broadcast immediately to an audience up to this size. A larger one learns of it with the next arrival, or from the
 * broadcaster's reconciliation a minute later: every broadcast costs a post per viewer. After an only viewer, no one is left to learn of it.
 */
const PROMPT_DEPARTURE_VIEWERS = 5;

/** `$disconnect`: deletes the connection's row. API Gateway sends it at best effort; the other rows expire. */
export async function disconnect(database: Database, connectionId: string): Promise<void> {
  const { dynamodb, connectionIdsTable, visitorCountTable } = database;
  const removed = await dynamodb.send('DeleteItem', {
    TableName: connectionIdsTable,
    Key: { [CONNECTION_IDS_KEY]: { S: connectionId } },
    ReturnValues: 'ALL_OLD',
  });
  if (!removed.Attributes) return;
  const key = (id: string) => ({ TableName: visitorCountTable, Key: { [VISITOR_COUNT_KEY]: { S: id } } });
  const { Item = {} } = await dynamodb.send('GetItem', { ...key(BROADCAST_ID), ConsistentRead: true });
  const viewers = numberOf(Item, 'viewers');
  if (viewers <= 1 || viewers > PROMPT_DEPARTURE_VIEWERS) return;
  await dynamodb.send('UpdateItem', {
    ...key(DEPARTURE_ID),
    UpdateExpression: 'ADD departures :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  });
}
