import { CONNECTION_IDS_KEY, TTL_ATTRIBUTE } from '../../contract/tables.ts';
import type { Pong } from '../../contract/messages.ts';
import type { Database } from '../shared/dynamodb.ts';
import { expiryOf } from '../shared/lifetimes.ts';

/** `ping`: keeps the connection from idling and renews its lease. A client that pings is connected, so a lost row is written again. */
export async function ping(
  { dynamodb, connectionIdsTable }: Database,
  connectionId: string,
  connectedAtMs: number,
  nowMs: number,
): Promise<Pong> {
  await dynamodb.send('UpdateItem', {
    TableName: connectionIdsTable,
    Key: { [CONNECTION_IDS_KEY]: { S: connectionId } },
    UpdateExpression: `SET ${TTL_ATTRIBUTE} = :expiry, connectedAt = if_not_exists(connectedAt, :connectedAt)`,
    ExpressionAttributeValues: {
      ':expiry': { N: String(expiryOf('page', nowMs)) },
      ':connectedAt': { N: String(connectedAtMs) },
    },
  });
  return { pong: true };
}
