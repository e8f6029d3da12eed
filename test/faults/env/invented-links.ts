import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { LINK_PREFIX, VISITS_SHARD_PREFIX } from '../../../contract/tables.ts';
import type { DynamoDB } from '../../../functions/shared/dynamodb.ts';
import { accept } from '../../../functions/updater/count-visit.ts';
import { freshDatabase, type Engine } from './engine.ts';

const VISITS = 50;

/** Opens pages through as many links that nobody created: reloads, the cheapest way to try many. */
export async function tryInventedLinks(t: TestContext, engine: Engine, links: number): Promise<void> {
  const database = await freshDatabase(engine, 8);
  let reads = 0;
  const send: DynamoDB['send'] = async (operation, input) => {
    const output = await database.dynamodb.send(operation, { ...input, ReturnConsumedCapacity: 'TOTAL' });
    if (operation === 'GetItem')
      reads += (output as { ConsumedCapacity: { CapacityUnits: number } }).ConsumedCapacity.CapacityUnits;
    return output;
  };
  const metered = { ...database, dynamodb: { send } };
  const context = { now: Date.now, random: Math.random, sleep: async () => {} };
  const queue = Array.from({ length: links }, (_, i) => i).values();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (const i of queue) {
        const digits = [...i.toString(8).padStart(8, '0')];
        const linkId = `invented-${digits.map((digit) => 'abcdefgh'[Number(digit)]).join('')}`;
        const visit = { kind: 'page', visitId: `visit-${i % VISITS}-xxxx`, countsAs: 'visit' } as const;
        await accept(metered, { ...visit, connectionId: `connection-${i}`, linkId }, context);
      }
    }),
  );
  const ids = (await engine.items(database.visitorCountTable)).map(({ id }) => id!.S!);
  assert.equal(reads, links, 'one read unit each');
  assert.deepEqual(
    ids.filter((id) => id.startsWith(LINK_PREFIX)),
    [],
  );
  assert.equal(ids.filter((id) => !id.startsWith(VISITS_SHARD_PREFIX)).length, VISITS, 'the visits’ markers');
  t.diagnostic(`${links} invented links: ${reads} read units, no item`);
}
