/** Bringing a count into a counter, also into one that is counting. It never lowers one. */
import {
  ConditionalCheckFailedException,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import {
  TTL_ATTRIBUTE,
  VISIT_MARKER_PREFIX,
  VISITOR_COUNT_KEY,
  VISITS_SHARD_PREFIX,
} from '../../contract/tables.ts';
import type { Database } from '../../functions/shared/dynamodb.ts';
import { sumOf, type Count } from './count-file.ts';
import { gainsOf, ledgerWrite, readStanding, type Standing } from './ledger.ts';

export interface ImportOptions {
  /** Milliseconds since 1970. */
  now: () => number;
  /** From 0 up to, not including, 1. */
  random: () => number;
  sleep: (ms: number) => Promise<void>;
  /** Makes a counter's name. */
  newSite: () => string;
}

export interface ImportReport {
  /** Visits that were not in the sum before. */
  added: number;
  /** The sum now. */
  count: number;
  /** Visit ids that were not remembered before, or for a shorter time. */
  remembered: number;
}

const CONCURRENCY = 16;
const MAX_PAUSE_MS = 200;
const MAX_ATTEMPTS = 50;

/**
 * Whatever is interrupted half-way is completed by doing it again; doing it twice changes nothing.
 * @throws what DynamoDB answered last, when conflicts with visitors outlast all attempts
 */
export async function importCount(
  database: Database,
  file: Count,
  options: ImportOptions,
): Promise<ImportReport> {
  // First the ids: a visitor who comes in between is known, and the sum that holds this visit follows.
  const remembered = await remember(database, file.remembered, options.now());
  for (let attempt = 1; ; attempt++) {
    const standing = await readStanding(database, options.newSite);
    const gains = gainsOf(standing.counted, file.counted);
    const added = sumOf(gains);
    if (added === 0) return { added, count: standing.count, remembered };
    try {
      await add(database, standing, gains, added);
      return { added, count: standing.count + added, remembered };
    } catch (error) {
      // A visitor was counted in the same moment, or another import came between: look again.
      if (!(error instanceof TransactionCanceledException) || attempt === MAX_ATTEMPTS) throw error;
      await options.sleep(options.random() * MAX_PAUSE_MS);
    }
  }
}

/** The sum and the ledger change together or not at all. */
async function add(
  database: Database,
  { ledger }: Standing,
  gains: Record<string, number>,
  added: number,
): Promise<void> {
  await database.client.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        {
          // A change of a shard is what tells the pages.
          Update: {
            TableName: database.visitorCountTable,
            Key: { [VISITOR_COUNT_KEY]: { S: `${VISITS_SHARD_PREFIX}0` } },
            UpdateExpression: 'ADD #count :added, arrivals :added',
            ExpressionAttributeNames: { '#count': 'count' },
            ExpressionAttributeValues: { ':added': { N: String(added) } },
          },
        },
        { Put: ledgerWrite(database, ledger, gains) },
      ],
    }),
  );
}

/** @returns how many ids were new, or are remembered for longer now */
async function remember(database: Database, visits: Map<string, number>, nowMs: number): Promise<number> {
  const queue = visits.entries();
  let written = 0;
  const work = async () => {
    for (const [visit, until] of queue) {
      if (until * 1000 > nowMs && (await rememberOne(database, visit, until))) written++;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return written;
}

async function rememberOne(database: Database, visit: string, until: number): Promise<boolean> {
  const expiry = { N: String(until) };
  try {
    await database.client.send(
      new PutItemCommand({
        TableName: database.visitorCountTable,
        Item: { [VISITOR_COUNT_KEY]: { S: VISIT_MARKER_PREFIX + visit }, [TTL_ATTRIBUTE]: expiry },
        ConditionExpression: `attribute_not_exists(${VISITOR_COUNT_KEY}) OR ${TTL_ATTRIBUTE} < :expiry`,
        ExpressionAttributeValues: { ':expiry': expiry },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
