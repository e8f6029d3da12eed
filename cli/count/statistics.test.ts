/** Days are differences of running totals: whatever happens to a writer, they add up to the count. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { startTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { readCount, writeCount } from './count-file.ts';
import { exportCount } from './export.ts';
import { importCount, setCount } from './import.ts';
import { csvOf, drawStatistics, jsonOf } from './report.ts';
import { audienceOf, readStatistics, weeksOf, type Day } from './statistics.ts';

const NOW = Date.UTC(2026, 10, 26, 15);
const options = { nowMs: NOW, random: Math.random, sleep: async () => {} };
const open: TestDatabase[] = [];
let database: TestDatabase;
const start = async () => {
  const started = await startTestDatabase({ counterShards: 64 });
  open.push(started);
  return started;
};
beforeEach(async () => {
  database = await start();
});
afterEach(() => Promise.all(open.splice(0).map((each) => each.close())));

const put = (id: string, item: object) =>
  DynamoDBDocumentClient.from(database.client).send(
    new PutCommand({ TableName: database.visitorCountTable, Item: { id, ...item } }),
  );
const putDay = (date: string, visits: number, more: object = {}) =>
  put(`day#${date}`, { visits, own: 0, bots: 0, arrivals: visits, viewers: 1, editions: {}, ...more });
const days = async () => (await readStatistics(database, NOW)).days;
const visitsByDay = async () => (await days()).map(({ date, visits }) => `${date.slice(8)}: ${visits}`);

/** Five visits before the upgrade, seven since, one of them by the owner's link. */
async function history() {
  await putDay('2026-11-22', 8, { visitsBefore: 5, own: 1, viewers: 2 });
  await putDay('2026-11-24', 10, { own: 1, bots: 3, editions: { de: 1 }, viewers: 4 });
  await put('visits#0', { count: 7, arrivals: 20, own: 2, 'edition#de': 2 });
  await put('visits#63', { count: 5, arrivals: 9, bots: 3 });
  await put('link#acme-7f3kq2ma', {
    label: 'Acme\u001b[2J',
    visits: 2,
    createdAt: NOW - 9e8,
    firstVisitAt: NOW - 8e7,
    lastVisitAt: NOW - 6e7,
  });
  await put('link#late-7f3kq2ma', { label: '<i>&"', edition: 'de', visits: 0, createdAt: NOW });
}

test('days are differences, gaps are zero, and today is as new as the shards', async () => {
  await history();
  const { visits, withoutDay, days, links } = await readStatistics(database, NOW);
  const day = (date: string, figures: Partial<Day>): Day => ({
    date,
    visits: 0,
    own: 0,
    bots: 0,
    editions: {},
    viewers: 0,
    ...figures,
  });
  assert.deepEqual(days, [
    day('2026-11-22', { visits: 3, own: 1, viewers: 2 }),
    day('2026-11-23', {}),
    day('2026-11-24', { visits: 2, bots: 3, editions: { de: 1 }, viewers: 4 }),
    day('2026-11-25', {}),
    day('2026-11-26', { visits: 2, own: 1, editions: { de: 1 } }),
  ]);
  assert.deepEqual([visits, withoutDay], [12, 5]);
  assert.deepEqual(
    links.map(({ id, visits }) => [id, visits]),
    [
      ['acme-7f3kq2ma', 2],
      ['late-7f3kq2ma', 0],
    ],
  );
  assert.deepEqual(audienceOf(days), { largest: 4, usual: 2 });
  assert.deepEqual(weeksOf(days), [
    { date: '2026-11-16', visits: 3 },
    { date: '2026-11-23', visits: 4 },
  ]);
});

test('a counter without days or visits has none', async () => {
  const nothing = { visits: 0, withoutDay: 0, days: [], links: [] };
  assert.deepEqual(await readStatistics(database, NOW), nothing);
  await put('visits#0', { count: 3, arrivals: 3 });
  assert.deepEqual(await readStatistics(database, NOW), { ...nothing, visits: 3, withoutDay: 3 });
});

for (const [what, change, expected] of [
  ['days in the future', () => putDay('2027-01-01', 900), ['22: 3', '23: 0', '24: 2', '25: 0', '26: 2']],
  [
    'a day with lower totals than the one before',
    () => putDay('2026-11-25', 9),
    ['22: 3', '23: 0', '24: 2', '25: 0', '26: 3'],
  ],
  [
    'a number set by hand',
    () => setCount(database, 2, options),
    ['22: 3', '23: 0', '24: 2', '25: 0', '26: 2'],
  ],
] as const)
  test(`${what} do not distort the others`, async () => {
    await history();
    await change();
    assert.deepEqual(await visitsByDay(), expected);
  });

test('an export takes days and links along, and a second import adds nothing', async () => {
  await history();
  const file = writeCount(await exportCount(database, NOW));
  const { days: before, links } = await readStatistics(database, NOW);
  assert.equal(
    await importCount(database, readCount(file, 'count.jsonl'), options),
    false,
    'where it came from',
  );
  assert.deepEqual(await days(), before);

  database = await start();
  await putDay('2026-11-26', 1);
  await put('visits#0', { count: 1, arrivals: 1 });
  for (const isAdded of [true, false])
    assert.equal(await importCount(database, readCount(file, 'count.jsonl'), options), isAdded);
  const after = await readStatistics(database, NOW);
  assert.deepEqual(await visitsByDay(), ['22: 3', '23: 0', '24: 2', '25: 0', '26: 3']);
  assert.deepEqual([after.visits, after.withoutDay, after.days.at(-1)!.own], [13, 5, 1]);
  assert.deepEqual(after.links, links);
});

test('the terminal, JSON and CSV show the same', async () => {
  await history();
  const statistics = await readStatistics(database, NOW);
  assert.equal(
    drawStatistics(statistics, 'the data folder .data', 50, 30),
    `Visits of the data folder .data

  today                     2  visits, in UTC
  last seven days           7  visits, today included
  total                    12  visits, 5 of them before 2026-11-22 or imported without days
  your own                  2  visits, not in the total
  bots                      3  declared bots’ visits, not in the total
  largest audience          4  viewers at the same time
  usual audience            2  viewers: the median of the days’ largest

Visits by day (UTC)

2026-11-22  ${'█'.repeat(36)} 3
2026-11-23  0
2026-11-24  ${'█'.repeat(24)} 2
2026-11-25  0
2026-11-26  ${'█'.repeat(24)} 2

Visits by page other than the index

/de  ${'█'.repeat(43)} 2

Counted links

     2  Acme [2J, last 2026-11-25 22:20 UTC
     0  <i>&" (/de), not opened yet`,
  );
  const report = JSON.parse(jsonOf(statistics, ({ id }) => `/?for=${id}`)) as Record<string, unknown>;
  const { today, lastSevenDays, own, bots, editions } = report;
  assert.deepEqual(
    { today, lastSevenDays, own, bots, editions },
    { today: 2, lastSevenDays: 7, own: 2, bots: 3, editions: { de: 2 } },
  );
  assert.deepEqual((report['links'] as unknown[])[0], {
    label: 'Acme\u001b[2J',
    url: '/?for=acme-7f3kq2ma',
    visits: 2,
    firstSeen: '2026-11-25T16:46:40.000Z',
    lastSeen: '2026-11-25T22:20:00.000Z',
  });
  assert.deepEqual(csvOf(statistics).split('\n').slice(0, 2), [
    'date,visits,own,bots,largest_audience,/de',
    '2026-11-22,3,1,0,2,0',
  ]);
});
