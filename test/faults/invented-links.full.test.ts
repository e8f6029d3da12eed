import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LINK_PREFIX, VISITS_SHARD_PREFIX } from '../../contract/tables.ts';
import type { DynamoDB } from '../../functions/shared/dynamodb.ts';
import { accept } from '../../functions/updater/count-visit.ts';
import { freshDatabase, startEngine } from './env/engine.ts';

const LINKS = 10_000;
const VISITS = 50;
const CONCURRENCY = 16;

test('10,000 invented links create no items and cost one read unit each', async (t) => {
  const engine = await startEngine();
  t.after(() => engine.close());
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
  // Reloads are the cheapest way to try many links.
  const tried = Array.from({ length: LINKS }, (_, i) => i).values();
  const tryLinks = async () => {
    for (const i of tried) {
      const digits = [...i.toString(8).padStart(8, '0')];
      const linkId = `invented-${digits.map((digit) => 'abcdefgh'[Number(digit)]).join('')}`;
      const visit = { kind: 'page', visitId: `visit-${i % VISITS}-xxxx`, countsAs: 'visit' } as const;
      await accept(metered, { ...visit, connectionId: `connection-${i}`, linkId }, context);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, tryLinks));
  const ids = (await engine.items(database.visitorCountTable)).map(({ id }) => id!.S!);
  assert.equal(reads, LINKS, 'one read unit each');
  assert.deepEqual(
    ids.filter((id) => id.startsWith(LINK_PREFIX)),
    [],
  );
  assert.equal(ids.filter((id) => !id.startsWith(VISITS_SHARD_PREFIX)).length, VISITS, 'the visits’ markers');
});
