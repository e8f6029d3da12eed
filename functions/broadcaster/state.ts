/** The `broadcast` item: what every page was told last, and the lease of whoever is telling. */
import { ConditionalCheckFailedException, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { BROADCAST_ID, VISITOR_COUNT_KEY, type BroadcastState } from '../../contract/tables.ts';
import type { Database } from '../shared/dynamodb.ts';

/**
 * Publishes the values of the next revision before any page is told: a page whose socket opens from now on reads them by `hello`.
 * @returns false where somebody else has published since `next.rev - 1` was read
 */
export async function publish(
  { client, visitorCountTable }: Database,
  next: BroadcastState,
): Promise<boolean> {
  const { id, ...numbers } = next;
  return conditionally(() =>
    client.send(
      new PutItemCommand({
        TableName: visitorCountTable,
        Item: {
          [VISITOR_COUNT_KEY]: { S: id },
          ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, { N: String(value) }])),
        },
        ConditionExpression: `attribute_not_exists(${VISITOR_COUNT_KEY}) OR rev = :previous`,
        ExpressionAttributeValues: { ':previous': { N: String(next.rev - 1) } },
      }),
    ),
  );
}

/**
 * Ends the lease of revision `rev`: the next broadcast may begin at `notBefore`, and where `complete`, every page was told.
 * @returns false where the lease had run out and somebody else has published since
 */
export async function settle(
  { client, visitorCountTable }: Database,
  { rev, notBefore, complete }: { rev: number; notBefore: number; complete: boolean },
): Promise<boolean> {
  return conditionally(() =>
    client.send(
      new UpdateItemCommand({
        TableName: visitorCountTable,
        Key: { [VISITOR_COUNT_KEY]: { S: BROADCAST_ID } },
        UpdateExpression: complete
          ? 'SET notBefore = :notBefore, deliveredRev = :rev'
          : 'SET notBefore = :notBefore',
        ConditionExpression: 'rev = :rev',
        ExpressionAttributeValues: {
          ':notBefore': { N: String(Math.ceil(notBefore)) },
          ':rev': { N: String(rev) },
        },
      }),
    ),
  );
}

async function conditionally(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
