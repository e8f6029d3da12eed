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
  told: BroadcastState;
}

export const NOTHING_TOLD: BroadcastState = {
  id: BROADCAST_ID,
  rev: 0,
  count: 0,
  viewers: 0,
  arrivals: 0,
  readAt: 0,
  notBefore: 0,
  toldRev: 0,
};

/** Reads all shards and the broadcast state, strongly consistent: one read unit an item. */
export async function readCounter(database: Database): Promise<Counter> {
  const ids = Array.from({ length: database.counterShards }, (_, shard) => `${VISITS_SHARD_PREFIX}${shard}`);
  const items = await batchGet(database, [BROADCAST_ID, ...ids]);
  const counter: Counter = { count: 0, arrivals: 0, told: NOTHING_TOLD };
  for (const item of items) {
    if (item[VISITOR_COUNT_KEY]?.S === BROADCAST_ID) {
      counter.told = broadcastState(item);
    } else {
      counter.count += numberOf(item, 'count');
      counter.arrivals += numberOf(item, 'arrivals');
    }
  }
  return counter;
}

/** A number attribute; 0 where the item has none. */
export function numberOf(item: Item, attribute: string): number {
  return Number(item[attribute]?.N ?? 0);
}

function broadcastState(item: Item): BroadcastState {
  const state: BroadcastState = { ...NOTHING_TOLD };
  for (const attribute of [
    'rev',
    'count',
    'viewers',
    'arrivals',
    'readAt',
    'notBefore',
    'toldRev',
  ] as const) {
    state[attribute] = numberOf(item, attribute);
  }
  return state;
}

async function batchGet({ client, visitorCountTable }: Database, ids: string[]): Promise<Item[]> {
  const items: Item[] = [];
  let request: Record<string, KeysAndAttributes> | undefined = {
    [visitorCountTable]: {
      Keys: ids.map((id) => ({ [VISITOR_COUNT_KEY]: { S: id } })),
      ConsistentRead: true,
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
