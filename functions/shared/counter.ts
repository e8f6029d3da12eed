/** Reading the counter: the sum of its shards, and what the pages were told last. Used by `hello` and by the broadcaster. */
import {
  BatchGetItemCommand,
  type AttributeValue,
  type BatchGetItemCommandOutput,
  type KeysAndAttributes,
} from '@aws-sdk/client-dynamodb';
import {
  BROADCAST_ID,
  VISITOR_COUNT_KEY,
  VISITS_SHARD_PREFIX,
  type BroadcastState,
} from '../../contract/tables.ts';
import type { Database } from './dynamodb.ts';

export type Item = Record<string, AttributeValue>;

export interface Counter {
  /** Visits since the beginning. */
  count: number;
  /** Connections accepted since the beginning; larger than `count` by reconnects and bots. */
  arrivals: number;
  /** What was broadcast last; revision 0 where nothing has been. */
  lastBroadcast: BroadcastState;
}

export const NEVER_BROADCAST: BroadcastState = {
  id: BROADCAST_ID,
  rev: 0,
  count: 0,
  viewers: 0,
  arrivals: 0,
  readAt: 0,
  notBefore: 0,
  deliveredRev: 0,
};

/** Reads all shards and the broadcast state, strongly consistent: one read unit an item. */
export async function readCounter(database: Database): Promise<Counter> {
  const items = await batchGet(database, [BROADCAST_ID, ...shardIds(database)], { consistent: true });
  const lastBroadcast = items.find((item) => item[VISITOR_COUNT_KEY]?.S === BROADCAST_ID);
  const shards = items.filter((item) => item !== lastBroadcast);
  return {
    count: sumOf(shards, 'count'),
    arrivals: sumOf(shards, 'arrivals'),
    lastBroadcast: lastBroadcast ? broadcastState(lastBroadcast) : NEVER_BROADCAST,
  };
}

/** Reads what was broadcast last, strongly consistent: one read unit. */
export async function readLastBroadcast(database: Database): Promise<BroadcastState> {
  const [lastBroadcast] = await batchGet(database, [BROADCAST_ID], { consistent: true });
  return lastBroadcast ? broadcastState(lastBroadcast) : NEVER_BROADCAST;
}

/**
 * Reads the visits of all shards, eventually consistent: half a read unit an item. Visits of the last second may be missing;
 * none that is not there is counted.
 */
export async function readRecentCount(database: Database): Promise<number> {
  return sumOf(await batchGet(database, shardIds(database), { consistent: false }), 'count');
}

/** A number attribute; 0 where the item has none. */
export function numberOf(item: Item, attribute: string): number {
  return Number(item[attribute]?.N ?? 0);
}

function shardIds({ counterShards }: Database): string[] {
  return Array.from({ length: counterShards }, (_, shard) => `${VISITS_SHARD_PREFIX}${shard}`);
}

function sumOf(items: Item[], attribute: string): number {
  return items.reduce((sum, item) => sum + numberOf(item, attribute), 0);
}

function broadcastState(item: Item): BroadcastState {
  const state: BroadcastState = { ...NEVER_BROADCAST };
  for (const attribute of [
    'rev',
    'count',
    'viewers',
    'arrivals',
    'readAt',
    'notBefore',
    'deliveredRev',
  ] as const) {
    state[attribute] = numberOf(item, attribute);
  }
  return state;
}

async function batchGet(
  { client, visitorCountTable }: Database,
  ids: string[],
  { consistent }: { consistent: boolean },
): Promise<Item[]> {
  const items: Item[] = [];
  let request: Record<string, KeysAndAttributes> | undefined = {
    [visitorCountTable]: {
      Keys: ids.map((id) => ({ [VISITOR_COUNT_KEY]: { S: id } })),
      ConsistentRead: consistent,
    },
  };
  // What DynamoDB could not read under load comes back as UnprocessedKeys, without an error.
  while (request && Object.keys(request).length > 0) {
    const answer: BatchGetItemCommandOutput = await client.send(
      new BatchGetItemCommand({ RequestItems: request }),
    );
    items.push(...(answer.Responses?.[visitorCountTable] ?? []));
    request = answer.UnprocessedKeys;
  }
  return items;
}
