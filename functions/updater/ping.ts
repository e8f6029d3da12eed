import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { CONNECTION_IDS_KEY, TTL_ATTRIBUTE } from '../../contract/tables.ts';
import type { Pong } from '../../contract/messages.ts';
import type { Database } from '../shared/dynamodb.ts';
import { expiryOf } from '../shared/lifetimes.ts';
import { retryOnConflict } from '../shared/retry.ts';
import type { Context } from './count-visit.ts';

/** `ping`: keeps the connection from idling and renews its lease. A client that pings is connected, so a lost row is written again. */
export async function ping(
  { client, connectionIdsTable }: Database,
  connectionId: string,
  connectedAtMs: number,
  { now, ...backoff }: Context,
): Promise<Pong> {
  const renewal = new UpdateItemCommand({
    TableName: connectionIdsTable,
    Key: { [CONNECTION_IDS_KEY]: { S: connectionId } },
    UpdateExpression: `SET ${TTL_ATTRIBUTE} = :expiry, connectedAt = if_not_exists(connectedAt, :connectedAt)`,
    ExpressionAttributeValues: {
      ':expiry': { N: String(expiryOf('page', now())) },
      ':connectedAt': { N: String(connectedAtMs) },
    },
  });
  await retryOnConflict(() => client.send(renewal), backoff);
  return { pong: true };
}
