/** Limits how many connections one address may open: it slows a forger down and is too high to hit shared addresses. */
import { createHash } from 'node:crypto';
import { ADDRESS_PREFIX, TTL_ATTRIBUTE, VISITOR_COUNT_KEY } from '../../contract/tables.ts';
import { unlessConditionFails, type Database } from '../shared/dynamodb.ts';

/** Connections are counted over windows of this length. */
const WINDOW_SECONDS = 600;
/** An execution environment writes an address's connections in batches of this size, or of 1% of a lower limit. A lone visit costs no write. */
const MAX_BATCH = 10;
/** Bounds the memory to about 1 MB. */
const MAX_ADDRESSES = 10_000;

export interface RateLimit {
  /** Whether this environment has seen the address over its limit in the current window. */
  isOver: (sourceIp: string) => boolean;
  /** Counts a connection. @returns false if the address has used up its window */
  check: (sourceIp: string) => Promise<boolean>;
}

/** What an environment knows of a network in one window. */
interface Seen {
  window: number;
  /** Connections that are not in the table yet. Fewer than a batch, and lost when the environment stops. */
  unwritten: number;
  isOver: boolean;
}

/** @param limit connections of an address per window, over all environments; 0 for no limit */
export function createRateLimit(database: Database, limit: number, now: () => number): RateLimit {
  const batch = Math.max(1, Math.min(MAX_BATCH, Math.floor(limit / 100)));
  const networks = new Map<string, Seen>();
  const seenNow = (sourceIp: string): Seen | undefined => {
    const seen = networks.get(network(sourceIp));
    return seen?.window === windowAt(now()) ? seen : undefined;
  };
  const firstSeen = (sourceIp: string): Seen => {
    if (networks.size >= MAX_ADDRESSES) networks.clear();
    const seen = { window: windowAt(now()), unwritten: 0, isOver: false };
    networks.set(network(sourceIp), seen);
    return seen;
  };
  return {
    isOver: (sourceIp) => seenNow(sourceIp)?.isOver ?? false,
    async check(sourceIp) {
      if (limit === 0 || isLoopback(sourceIp)) return true;
      const seen = seenNow(sourceIp) ?? firstSeen(sourceIp);
      seen.unwritten++;
      if (seen.isOver || seen.unwritten < batch) return !seen.isOver;
      seen.unwritten -= batch;
      const isAdmitted = await writeConnections(database, { sourceIp, window: seen.window, batch, limit });
      seen.isOver ||= !isAdmitted;
      return isAdmitted;
    },
  };
}

/** @returns false if the address has no room for them in this window */
async function writeConnections(
  { dynamodb, visitorCountTable }: Database,
  { sourceIp, window, batch, limit }: { sourceIp: string; window: number; batch: number; limit: number },
): Promise<boolean> {
  const written = await unlessConditionFails(() =>
    dynamodb.send('UpdateItem', {
      TableName: visitorCountTable,
      Key: { [VISITOR_COUNT_KEY]: { S: `${ADDRESS_PREFIX}${pseudonym(sourceIp, window)}` } },
      UpdateExpression: `SET ${TTL_ATTRIBUTE} = :expiry ADD connections :batch`,
      ConditionExpression: 'attribute_not_exists(connections) OR connections <= :room',
      ExpressionAttributeValues: {
        ':batch': { N: String(batch) },
        ':room': { N: String(limit - batch) },
        ':expiry': { N: String((window + 1) * WINDOW_SECONDS) },
      },
    }),
  );
  return written !== undefined;
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
