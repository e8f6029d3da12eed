/** Counts go between counters, with the real engine: nothing is lost, nothing counted twice. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { VISIT_MEMORY_SECONDS } from '../../contract/visit.ts';
import { readCounter } from '../../functions/shared/counter.ts';
import { accept } from '../../functions/updater/count-visit.ts';
import { startTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { readCount, sumOf, writeCount } from './count-file.ts';
import { exportCount, type Export } from './export-count.ts';
import { importCount } from './import-count.ts';

const START = Date.UTC(2026, 10, 24);
let time = START;
let names = 0;
const surroundings = {
  now: () => time,
  random: Math.random,
  sleep: () => new Promise<void>(setImmediate),
  newSite: () => `site-number-${++names}`,
};

const open: TestDatabase[] = [];
after(() => Promise.all(open.map((database) => database.close())));
async function counters(number: number): Promise<[TestDatabase, TestDatabase]> {
  const started = await Promise.all(Array.from({ length: number }, () => startTestDatabase()));
  open.push(...started);
  return started as [TestDatabase, TestDatabase];
}

const visit = (database: TestDatabase, ...visitIds: string[]) =>
  Promise.all(
    visitIds.map((visitId) =>
      accept(
        database,
        { connectionId: `connection-${visitId}`, kind: 'page', visitId, counts: true },
        surroundings,
      ),
    ),
  );
const total = async (database: TestDatabase) => (await readCounter(database)).count;
const leave = (database: TestDatabase) => exportCount(database, surroundings);
/** Through a file, as the commands do it. */
const enter = (database: TestDatabase, file: Export) =>
  importCount(database, readCount(writeCount(file), 'count.jsonl'), surroundings);

test('from one machine to AWS and back, with visits on the way', async () => {
  const [machine, aws] = await counters(2);
  await visit(machine, 'visit-001', 'visit-002', 'visit-003');
  const first = await leave(machine);
  assert.equal(sumOf(first.counted), 3);
  assert.equal(first.meanwhile, 0);
  assert.deepEqual(await enter(aws, first), { added: 3, count: 3, remembered: 3 });
  assert.equal(await total(aws), 3);

  // The pages find the new server: known. Somebody else comes: counted.
  assert.deepEqual(await visit(aws, 'visit-001', 'visit-002', 'visit-004'), ['known', 'known', 'counted']);
  assert.deepEqual(await enter(machine, await leave(aws)), { added: 1, count: 4, remembered: 1 });
  assert.deepEqual(await visit(machine, 'visit-004'), ['known']);
  assert.equal(await total(machine), 4);
});

test('twice is once, and an old file after a newer one changes nothing', async () => {
  const [from, to] = await counters(2);
  await visit(from, 'visit-001');
  const old = await leave(from);
  await visit(from, 'visit-002');
  const newer = await leave(from);
  assert.equal((await enter(to, newer)).added, 2);
  for (const file of [newer, old, newer])
    assert.deepEqual(await enter(to, file), { added: 0, count: 2, remembered: 0 });
  assert.equal((await enter(from, old)).added, 0, 'nor into where it came from');
  assert.equal(await total(from), 2);
});

test('both went on counting: each gets what the other one counted', async () => {
  const [one, other] = await counters(2);
  await visit(one, 'visit-001', 'visit-002');
  await enter(other, await leave(one));
  await visit(one, 'visit-101');
  await visit(other, 'visit-201', 'visit-202');
  assert.equal((await enter(other, await leave(one))).count, 5);
  assert.equal((await enter(one, await leave(other))).count, 5);
});

test('a backup brings back what a counter has lost, under its own name', async () => {
  const [counter] = await counters(1);
  await visit(counter, 'visit-001', 'visit-002', 'visit-003');
  const backup = await leave(counter);
  const loss = { ExpressionAttributeNames: { '#count': 'count' }, UpdateExpression: 'SET #count = :none' };
  for (let shard = 0; shard < counter.counterShards; shard++)
    await counter.client.send(
      new UpdateItemCommand({
        TableName: counter.visitorCountTable,
        Key: { id: { S: `visits#${shard}` } },
        ...loss,
        ExpressionAttributeValues: { ':none': { N: '0' } },
      }),
    );
  assert.equal(await total(counter), 0);
  assert.equal((await enter(counter, backup)).count, 3);
  assert.equal((await enter(counter, backup)).added, 0);
  await visit(counter, 'visit-004');
  assert.equal(sumOf((await leave(counter)).counted), 4);
  assert.deepEqual(Object.keys((await leave(counter)).counted).length, 1, 'all its own');
});

test('imports of the same file at the same time, while visitors come, add it once', async () => {
  const [from, to] = await counters(2);
  await visit(from, ...Array.from({ length: 20 }, (_, i) => `visit-a${i}-from`));
  const file = await leave(from);
  const visitors = Array.from({ length: 40 }, (_, i) => `visit-b${i}-to`);
  await Promise.all([enter(to, file), enter(to, file), enter(to, file), visit(to, ...visitors)]);
  assert.equal(await total(to), 60);
  assert.equal((await leave(to)).counted[Object.keys(file.counted)[0]!], 20);
});

test('what is no longer remembered is not in the file, and what has expired on the way not in the counter', async () => {
  const [from, to] = await counters(2);
  time = START;
  await visit(from, 'visit-early');
  time = START + 3_600_000;
  await visit(from, 'visit-late-');
  // A plain client's marker bears its connection's id.
  await visit(from, 'Lx9=plain');
  time = START + VISIT_MEMORY_SECONDS * 1000;
  const file = await leave(from);
  assert.deepEqual([...file.remembered.keys()], ['visit-late-']);
  time += 3_600_000;
  assert.deepEqual(await enter(to, file), { added: 3, count: 3, remembered: 0 });
});
