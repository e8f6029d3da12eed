/** Counts move between counters, with the real engine: nothing is lost, nothing counts twice. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { VISIT_MEMORY_SECONDS } from '../../contract/visit.ts';
import { readCounter } from '../../functions/shared/counter.ts';
import { accept } from '../../functions/updater/count-visit.ts';
import { startTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { readCount, writeCount, type Count } from './count-file.ts';
import { countShards, exportCount } from './export.ts';
import { importCount, setCount } from './import.ts';
import { putLink } from './links.ts';
import { readStatistics } from './statistics.ts';

const START = Date.UTC(2026, 10, 24);
let time = START;
const options = () => ({
  nowMs: time,
  random: Math.random,
  sleep: () => new Promise<void>(setImmediate),
});

const open: TestDatabase[] = [];
after(() => Promise.all(open.map((database) => database.close())));
async function counters(number: number): Promise<[TestDatabase, TestDatabase]> {
  const started = await Promise.all(Array.from({ length: number }, () => startTestDatabase()));
  open.push(...started);
  return started as [TestDatabase, TestDatabase];
}

const visit = (database: TestDatabase, ...visitIds: string[]) =>
  visitThrough(undefined, database, ...visitIds);
const visitThrough = (linkId: string | undefined, database: TestDatabase, ...visitIds: string[]) =>
  Promise.all(
    visitIds.map((visitId) =>
      accept(
        database,
        { connectionId: `connection-${visitId}`, kind: 'page', visitId, countsAs: 'visit', linkId },
        { now: () => time, ...options() },
      ),
    ),
  );
const total = async (database: TestDatabase) => (await readCounter(database)).count;
const take = (database: TestDatabase) => exportCount(database, time);
/** Through a file, as the commands do it. */
const add = (database: TestDatabase, count: Count) =>
  importCount(database, readCount(writeCount(count), 'count.jsonl'), options());

test('adds an export, and counts its visitors only once', async () => {
  const [machine, aws] = await counters(2);
  await visit(machine, 'visit-001', 'visit-002');
  await visit(aws, 'visit-101');

  assert.equal(await add(aws, await take(machine)), true);

  assert.equal(await total(aws), 3);
  assert.deepEqual(await visit(aws, 'visit-001', 'visit-003'), ['known', 'counted']);
});

test('a link moves with its visits, which reconnect without counting again', async () => {
  const [machine, aws] = await counters(2);
  const link = { id: 'acme-7f3kq2ma', label: 'Acme', createdAt: time, visits: 0 };
  await putLink(machine, link);
  await visitThrough(link.id, machine, 'visit-001');

  assert.equal(await add(aws, await take(machine)), true);
  await visitThrough(link.id, aws, 'visit-001', 'visit-002');

  const { links } = await readStatistics(aws, time);
  assert.deepEqual(links, [{ ...link, visits: 2, firstVisitAt: time, lastVisitAt: time }]);
});

test('sets the count, up and down, and continues from there', async () => {
  const [counter] = await counters(1);
  await visit(counter, 'visit-001');
  for (const number of [1_042, 0, 7]) {
    await setCount(counter, number, options());
    assert.equal(await total(counter), number);
  }
  await visit(counter, 'visit-002');
  assert.equal((await take(counter)).count, 8);
});

test('adds an export once if three imports run at the same time, while visitors come', async () => {
  const [from, to] = await counters(2);
  await visit(from, ...Array.from({ length: 20 }, (_, i) => `visit-a${i}-from`));
  const count = await take(from);
  const visitors = Array.from({ length: 40 }, (_, i) => `visit-b${i}-to`);

  const [first, second, third] = await Promise.all([
    add(to, count),
    add(to, count),
    add(to, count),
    visit(to, ...visitors),
  ]);

  assert.equal([first, second, third].filter(Boolean).length, 1);
  assert.equal(await total(to), 60);
});

test('exports only the ids of the last 24 hours, and ignores those that expired on the way', async () => {
  const [from, to] = await counters(2);
  time = START;
  await visit(from, 'visit-early');
  time = START + 3_600_000;
  await visit(from, 'visit-late-');
  // A plain client's marker holds its connection id.
  await visit(from, 'Lx9=plain');
  time = START + VISIT_MEMORY_SECONDS * 1000;
  const count = await take(from);
  assert.deepEqual([...count.remembered.keys()], ['visit-late-']);
  time += 3_600_000;

  assert.equal(await add(to, count), true);

  assert.deepEqual(await visit(to, 'visit-late-'), ['counted']);
  assert.equal(await total(to), 4);
});

test('finds the shards of a kept table, whose state is gone', async () => {
  const [database] = await counters(1);
  await visit(database, 'visit-001');
  assert.equal(await countShards(database), 8);

  await accept(
    { ...database, counterShards: 64 },
    { connectionId: 'connection', kind: 'page', visitId: 'visit-002', countsAs: 'visit' },
    { now: () => time, ...options(), random: () => 20 / 64 },
  );
  assert.equal(await countShards(database), 32);
});
