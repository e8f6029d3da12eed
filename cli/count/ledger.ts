/**
 * Bringing counts together without counting anything twice. Every counter knows its own visits and those it has taken over,
 * by the site that counted them; of two statements about a site the larger one is the newer. So an import may be repeated, come
 * late, or go round in a circle (a grow-only counter, as the literature on replicated data calls it).
 */
import { GetItemCommand, PutItemCommand, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { LEDGER_ID, MAX_SHARDS, VISITOR_COUNT_KEY, type Ledger } from '../../contract/tables.ts';
import { numberOf, readCounter, type Item } from '../../functions/shared/counter.ts';
import type { Database } from '../../functions/shared/dynamodb.ts';
import { sumOf } from './count-file.ts';

/** A counter and the ledger that belongs to it. */
export interface Standing {
  ledger: Ledger;
  /** Visits since the beginning, on all sites. */
  count: number;
  /** The same, by the site that counted them. */
  counted: Record<string, number>;
}

/** @param newSite makes the counter's name, where it has none yet */
export async function readStanding(database: Database, newSite: () => string): Promise<Standing> {
  // An import changes the count and the ledger together; the two are read one after the other.
  for (let ledger = await readLedger(database, newSite); ;) {
    // All shards that there may be: their number could have been lowered, and what they hold was counted.
    const { count } = await readCounter({ ...database, counterShards: MAX_SHARDS });
    const again = await readLedger(database, newSite);
    if (again.rev === ledger.rev) {
      const counted = { ...ledger.imported, [ledger.site]: count - sumOf(ledger.imported) };
      return { ledger, count, counted };
    }
    ledger = again;
  }
}

/** What a file knows of each site beyond what is known here. */
export function gainsOf(here: Record<string, number>, file: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(file)
      .map(([site, visits]) => [site, visits - (here[site] ?? 0)] as const)
      .filter(([, gain]) => gain > 0),
  );
}

/** The item that takes the gains over; with its condition no other import can have come between. */
export function ledgerWrite(
  { visitorCountTable }: Database,
  ledger: Ledger,
  gains: Record<string, number>,
): { TableName: string; Item: Item; ConditionExpression: string; ExpressionAttributeValues: Item } {
  const imported = { ...ledger.imported };
  for (const [site, gain] of Object.entries(gains)) {
    // Visits of this very site that it had lost are its own again.
    if (site !== ledger.site) imported[site] = (imported[site] ?? 0) + gain;
  }
  return {
    TableName: visitorCountTable,
    Item: itemOf({ ...ledger, imported, rev: ledger.rev + 1 }),
    ConditionExpression: 'rev = :rev',
    ExpressionAttributeValues: { ':rev': { N: String(ledger.rev) } },
  };
}

async function readLedger(database: Database, newSite: () => string): Promise<Ledger> {
  const { client, visitorCountTable: TableName } = database;
  for (;;) {
    const Key = { [VISITOR_COUNT_KEY]: { S: LEDGER_ID } };
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    if (Item) return ledgerOf(Item);
    try {
      await client.send(
        new PutItemCommand({
          TableName,
          Item: itemOf({ id: LEDGER_ID, site: newSite(), imported: {}, rev: 1 }),
          ConditionExpression: `attribute_not_exists(${VISITOR_COUNT_KEY})`,
        }),
      );
    } catch (error) {
      // Another export was faster, or the answer to our own first attempt was lost.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}

function ledgerOf(item: Item): Ledger {
  const imported = Object.entries(item['imported']?.M ?? {}).map(([site, { N }]) => [site, Number(N)]);
  return {
    id: LEDGER_ID,
    site: item['site']!.S!,
    imported: Object.fromEntries(imported) as Record<string, number>,
    rev: numberOf(item, 'rev'),
  };
}

function itemOf({ id, site, imported, rev }: Ledger): Item {
  const M = Object.fromEntries(
    Object.entries(imported).map(([name, visits]) => [name, { N: String(visits) }]),
  );
  return { [VISITOR_COUNT_KEY]: { S: id }, site: { S: site }, imported: { M }, rev: { N: String(rev) } };
}
