/** Everything the broadcaster reads and writes in DynamoDB. */
import type { AttributeValue, ScanOutput } from '@aws-sdk/client-dynamodb';
import {
  BROADCAST_ID,
  CONNECTION_IDS_KEY,
  TTL_ATTRIBUTE,
  VISITOR_COUNT_KEY,
  DAY_PREFIX,
  type BroadcastState,
} from '../../contract/tables.ts';
import { numberOf, readLastBroadcast, readTotals, type Totals } from '../shared/counter.ts';
import { unlessConditionFails, type Database } from '../shared/dynamodb.ts';
import type { Backoff } from '../shared/retry.ts';

export interface Connection {
  connectionId: string;
  /** Milliseconds since 1970. */
  connectedAt: number;
  /** Deliveries in a row that were given up; 0 for a healthy connection. */
  failures: number;
  /** When the first of them was given up; milliseconds since 1970. */
  failingSince: number;
}

/** One of `totalSegments` equal parts of the ConnectionIds table, numbered from 0. */
export interface Segment {
  segment: number;
  totalSegments: number;
}

export interface DayRecord {
  totals: Totals;
  /** The day's largest audience. */
  viewers: number;
  /** Visits before the first record; undefined for a later one. */
  visitsBefore?: number | undefined;
}

export type Store = ReturnType<typeof createStore>;

/** A write to a broadcast returns false if the revision is not the last one any more. */
export function createStore(database: Database, backoff: Backoff) {
  const { dynamodb, connectionIdsTable, visitorCountTable } = database;

  /** @returns the pending segments, or undefined if a newer revision exists */
  const updateBroadcast = (rev: number, UpdateExpression: string, values: Record<string, AttributeValue>) =>
    unlessConditionFails(async () => {
      const { Attributes } = await dynamodb.send('UpdateItem', {
        TableName: visitorCountTable,
        Key: { [VISITOR_COUNT_KEY]: { S: BROADCAST_ID } },
        UpdateExpression,
        ConditionExpression: 'rev = :rev',
        ExpressionAttributeValues: { ':rev': number(rev), ...values },
        ReturnValues: 'ALL_NEW',
      });
      return Attributes?.['pending']?.NS ?? [];
    });

  return {
    readLastBroadcast: () => readLastBroadcast(database),
    readTotals: () => readTotals(database, backoff),

    /** Every connection whose row has not expired at `nowMs`. */
    async readAudience(nowMs: number, part?: Segment): Promise<Connection[]> {
      const audience: Connection[] = [];
      const scan = {
        TableName: connectionIdsTable,
        // A connection whose arrival has been read must be in the audience.
        ConsistentRead: true,
        ...(part && { Segment: part.segment, TotalSegments: part.totalSegments }),
      };
      let page: ScanOutput | undefined;
      do {
        const from = page?.LastEvaluatedKey && { ExclusiveStartKey: page.LastEvaluatedKey };
        page = await dynamodb.send('Scan', { ...scan, ...from });
        for (const row of page.Items ?? []) {
          const connectionId = row[CONNECTION_IDS_KEY]?.S;
          // TTL deletes expired rows late.
          if (connectionId === undefined || numberOf(row, TTL_ATTRIBUTE) * 1000 <= nowMs) continue;
          audience.push({
            connectionId,
            connectedAt: numberOf(row, 'connectedAt'),
            failures: numberOf(row, 'failures'),
            failingSince: numberOf(row, 'failingSince'),
          });
        }
      } while (page.LastEvaluatedKey);
      return audience;
    },

    /**
     * Publishes the next revision and takes its lease, unless `last` or its lease has changed. Pages that open from now on read it through
     * `hello`.
     * @param segments how many workers have to settle before it counts as delivered; 0 without workers
     */
    async publish(
      last: BroadcastState,
      { id, ...numbers }: BroadcastState,
      segments: number,
    ): Promise<boolean> {
      const published = await unlessConditionFails(() =>
        dynamodb.send('PutItem', {
          TableName: visitorCountTable,
          Item: {
            [VISITOR_COUNT_KEY]: { S: id },
            ...mapValues(numbers, number),
            ...(segments > 0 && { pending: { NS: Array.from({ length: segments }, (_, i) => String(i)) } }),
          },
          // Versions before the lease had its own attribute wrote none.
          ConditionExpression:
            'attribute_not_exists(rev) OR (rev = :rev AND (leaseUntil = :lease OR attribute_not_exists(leaseUntil)))',
          ExpressionAttributeValues: { ':rev': number(last.rev), ':lease': number(last.leaseUntil) },
        }),
      );
      return published !== undefined;
    },

    /** Renews the lease, and postpones the next broadcast by the pace of the posts to come. */
    async renewLease(rev: number, leaseUntil: number, paceMs: number): Promise<boolean> {
      const expression = 'SET leaseUntil = :leaseUntil, notBefore = notBefore + :pace';
      const values = { ':leaseUntil': number(leaseUntil), ':pace': number(Math.ceil(paceMs)) };
      return (await updateBroadcast(rev, expression, values)) !== undefined;
    },

    async releaseLease(rev: number): Promise<boolean> {
      return (await updateBroadcast(rev, 'SET leaseUntil = :free', { ':free': number(0) })) !== undefined;
    },

    /** Marks the revision as delivered and releases the lease; for a worker, once no other segment is pending. */
    async settle(rev: number, segment?: number): Promise<boolean> {
      if (segment !== undefined) {
        const own = { ':own': { NS: [String(segment)] } };
        const pending = await updateBroadcast(rev, 'DELETE pending :own', own);
        if (!pending) return false;
        if (pending.length > 0) return true;
      }
      const expression = 'SET deliveredRev = :rev, leaseUntil = :free';
      return (await updateBroadcast(rev, expression, { ':free': number(0) })) !== undefined;
    },

    /**
     * Sets a day's item, unless it has newer totals.
     * @param day `2026-11-26`
     */
    async recordDay(day: string, { totals, viewers, visitsBefore }: DayRecord): Promise<void> {
      const { count, imported, own, bots, arrivals, editions } = totals;
      const numbers = { visits: count - imported, own, bots, arrivals, viewers };
      const before = visitsBefore === undefined ? {} : { visitsBefore: number(visitsBefore) };
      const values = { ...mapValues(numbers, number), editions: { M: mapValues(editions, number) } };
      const sets = [
        ...Object.keys(values).map((name) => `${name} = :${name}`),
        ...Object.keys(before).map((name) => `${name} = if_not_exists(${name}, :${name})`),
      ];
      await unlessConditionFails(() =>
        dynamodb.send('UpdateItem', {
          TableName: visitorCountTable,
          Key: { [VISITOR_COUNT_KEY]: { S: DAY_PREFIX + day } },
          UpdateExpression: `SET ${sets.join(', ')}`,
          ConditionExpression:
            'attribute_not_exists(arrivals) OR arrivals < :arrivals OR (arrivals = :arrivals AND viewers <= :viewers)',
          ExpressionAttributeValues: Object.fromEntries(
            Object.entries({ ...values, ...before }).map(([name, value]) => [`:${name}`, value]),
          ),
        }),
      );
    },

    /** Strongly consistent: a stale read could miss a row that is new, and its page would get no retry. */
    async hasConnection(connectionId: string): Promise<boolean> {
      const { Item } = await dynamodb.send('GetItem', {
        TableName: connectionIdsTable,
        Key: { [CONNECTION_IDS_KEY]: { S: connectionId } },
        ConsistentRead: true,
      });
      return Item !== undefined;
    },

    async deleteConnection(connectionId: string): Promise<void> {
      await dynamodb.send('DeleteItem', {
        TableName: connectionIdsTable,
        Key: { [CONNECTION_IDS_KEY]: { S: connectionId } },
      });
    },

    /** Records that a delivery was given up at `failedAt`; without it, that one has succeeded again. */
    async markConnection({ connectionId, failingSince }: Connection, failedAt?: number): Promise<void> {
      const mark =
        failedAt === undefined
          ? { UpdateExpression: 'REMOVE failures, failingSince' }
          : {
              UpdateExpression: 'SET failingSince = :since ADD failures :one',
              ExpressionAttributeValues: { ':since': number(failingSince || failedAt), ':one': number(1) },
            };
      const update = {
        TableName: connectionIdsTable,
        Key: { [CONNECTION_IDS_KEY]: { S: connectionId } },
        // A row that was deleted meanwhile must not come back.
        ConditionExpression: `attribute_exists(${CONNECTION_IDS_KEY})`,
        ...mark,
      };
      await unlessConditionFails(() => dynamodb.send('UpdateItem', update));
    },
  };
}

const number = (value: number): AttributeValue => ({ N: String(value) });

const mapValues = <T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
