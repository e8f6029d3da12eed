/** Limits how many connections one address may open: it slows a forger down and is too high to hit shared addresses. */
import { createHash } from 'node:crypto';
import { ADDRESS_PREFIX, TTL_ATTRIBUTE, VISITOR_COUNT_KEY } from '../../contract/tables.ts';
import type { Database } from '../shared/dynamodb.ts';

/** Connections are counted over windows of this length. */
const WINDOW_SECONDS = 600;

/**
 * Counts a connection of this address in the current window.
 * @param limit connections per window; 0 for no limit
 * @returns false if the address has used up its window
 */
export async function checkRateLimit(
  database: Database,
  sourceIp: string,
  limit: number,
  nowMs: number,
): Promise<boolean> {
  if (limit === 0 || isLoopback(sourceIp)) return true;
  const window = windowAt(nowMs);
  try {
    await database.dynamodb.send('UpdateItem', {
      TableName: database.visitorCountTable,
      Key: { [VISITOR_COUNT_KEY]: { S: `${ADDRESS_PREFIX}${pseudonym(sourceIp, window)}` } },
      UpdateExpression: `SET ${TTL_ATTRIBUTE} = :expiry ADD connections :one`,
      ConditionExpression: 'attribute_not_exists(connections) OR connections < :limit',
      ExpressionAttributeValues: {
        ':one': { N: '1' },
        ':limit': { N: String(limit) },
        ':expiry': { N: String((window + 1) * WINDOW_SECONDS) },
      },
    });
    return true;
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

export interface RateLimit {
  /** Whether this environment has seen the address over its limit in the current window. */
  isOver: (sourceIp: string) => boolean;
  /** Counts a connection. @returns false if the address has used up its window */
  check: (sourceIp: string) => Promise<boolean>;
}

/** Bounds the memory to about 1 MB. */
const MAX_ADDRESSES = 10_000;

/** {@link checkRateLimit} with a memory for addresses that are over the limit: they cost no further request. */
export function createRateLimit(database: Database, limit: number, now: () => number): RateLimit {
  /** The window in which each network was last over the limit. */
  const over = new Map<string, number>();
  return {
    isOver: (sourceIp) => over.get(network(sourceIp)) === windowAt(now()),
    async check(sourceIp) {
      const checkedAt = now();
      const admitted = await checkRateLimit(database, sourceIp, limit, checkedAt);
      if (over.size >= MAX_ADDRESSES) over.clear();
      if (!admitted) over.set(network(sourceIp), windowAt(checkedAt));
      return admitted;
    },
  };
}

const windowAt = (ms: number): number => Math.floor(ms / 1000 / WINDOW_SECONDS);

/**
 * Addresses are stored under a pseudonym that changes with every window. It is not a secret: anyone who can read the table can hash
 * every address.
 */
function pseudonym(sourceIp: string, window: number): string {
  return createHash('sha256')
    .update(`${window} ${network(sourceIp)}`)
    .digest('base64url')
    .slice(0, 22);
}

/** The unit of the limit: an IPv4 address, or the /64 network of an IPv6 subscriber. */
export function network(sourceIp: string): string {
  if (!sourceIp.includes(':')) return sourceIp;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(sourceIp);
  if (mapped) return mapped[1]!;
  const [head = '', tail] = sourceIp.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

export function isLoopback(sourceIp: string): boolean {
  return sourceIp === '::1' || network(sourceIp).startsWith('127.');
}
