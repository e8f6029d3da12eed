/** Reads the counter: the sum of its shards, and the last broadcast. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AttributeValue, KeysAndAttributes } from '@aws-sdk/client-dynamodb';
import {
  BROADCAST_ID,
  VISITOR_COUNT_KEY,
  VISITS_SHARD_PREFIX,
  EDITION_ATTRIBUTE_PREFIX,
  type BroadcastState,
} from '../../contract/tables.ts';
import type { Database } from './dynamodb.ts';
import { backOff, MAX_ATTEMPTS, type Backoff } from './retry.ts';

export type Item = Record<string, AttributeValue>;

export interface Totals {
  /** Visits since the beginning. */
  count: number;
  /** Connections accepted since the beginning; larger than `count` by reconnects and bots. */
  arrivals: number;
  /** Of `count`, what was imported. */
  imported: number;
  /** Distinct visits of the owner. */
  own: number;
  /** Connections of declared bots. */
  bots: number;
  /** Of `count`, visits of pages other than the index, by path. */
  editions: Record<string, number>;
}

export interface Counter extends Totals {
  /** Revision 0 before the first broadcast. */
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
  leaseUntil: 0,
  deliveredRev: 0,
  largest: 0,
  recordedAt: 0,
  recordedArrivals: 0,
  filedAt: 0,
  filedRev: 0,
};

/** Reads the last broadcast, then all shards, strongly consistent: one read unit per item. */
export async function readCounter(database: Database): Promise<Counter> {
  const lastBroadcast = await readLastBroadcast(database);
  return { lastBroadcast, ...(await readTotals(database)) };
}

/** Reads the last broadcast, strongly consistent: one read unit. */
export async function readLastBroadcast(database: Database): Promise<BroadcastState> {
  const [item = {}] = await readItems(database, [BROADCAST_ID], { consistent: true });
  const state: BroadcastState = { ...NEVER_BROADCAST };
  for (const attribute of Object.keys(NEVER_BROADCAST) as (keyof BroadcastState)[])
    if (attribute !== 'id') state[attribute] = numberOf(item, attribute);
  return state;
}

/** Reads all shards, strongly consistent: one read unit per shard. */
export async function readTotals(database: Database, backoff?: Backoff): Promise<Totals> {
  const shards = await readItems(database, shardIds(database), { consistent: true, backoff });
  return totalsOf(shards);
}

export function totalsOf(shards: Item[]): Totals {
  const editions: Record<string, number> = {};
  for (const name of new Set(shards.flatMap(Object.keys)))
    if (name.startsWith(EDITION_ATTRIBUTE_PREFIX))
      editions[name.slice(EDITION_ATTRIBUTE_PREFIX.length)] = sumOf(shards, name);
  return {
    count: sumOf(shards, 'count'),
    arrivals: sumOf(shards, 'arrivals'),
    imported: sumOf(shards, 'imported'),
    own: sumOf(shards, 'own'),
    bots: sumOf(shards, 'bots'),
    editions,
  };
}

/**
 * Reads the visits of all shards, eventually consistent: half a read unit per shard. Visits of the last second may be missing. Never
 * overcounts.
 */
export async function readRecentCount(database: Database, backoff?: Backoff): Promise<number> {
  return sumOf(await readItems(database, shardIds(database), { consistent: false, backoff }), 'count');
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

/**
 * Reads up to 100 items of VisitorCount, in any order; missing items are left out.
 * @throws if some keys are still unprocessed after all attempts
 */
export async function readItems(
  { dynamodb, visitorCountTable }: Database,
  ids: string[],
  {
    consistent,
    backoff = { random: Math.random, sleep },
  }: { consistent: boolean; backoff?: Backoff | undefined },
): Promise<Item[]> {
  const items: Item[] = [];
  let request: Record<string, KeysAndAttributes> = {
    [visitorCountTable]: {
      Keys: ids.map((id) => ({ [VISITOR_COUNT_KEY]: { S: id } })),
      ConsistentRead: consistent,
    },
  };
  for (let attempt = 1; ; attempt++) {
    const answer = await dynamodb.send('BatchGetItem', { RequestItems: request });
    items.push(...(answer.Responses?.[visitorCountTable] ?? []));
    // Under load, DynamoDB leaves keys out without an error.
    request = answer.UnprocessedKeys ?? {};
    if (Object.keys(request).length === 0) return items;
    if (attempt === MAX_ATTEMPTS) throw new Error(`DynamoDB left keys unprocessed ${attempt} times.`);
    await backOff(backoff, attempt);
  }
}
