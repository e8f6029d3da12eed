/** Days and count.json, with the real engine. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { DAY_PREFIX, type BroadcastState } from '../../contract/tables.ts';
import type { Snapshot } from '../../contract/messages.ts';
import { startTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { NEVER_BROADCAST, totalsOf } from '../shared/counter.ts';
import { accept } from '../updater/count-visit.ts';
import { broadcast, isDue, tryBroadcast, type BroadcastOptions, type Progress } from './broadcast.ts';
import { createStore, type Store } from './store.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const MIDNIGHT = Date.UTC(2026, 10, 24);
const SECOND = 1_000;
const MINUTE = 60_000;
const BACKOFF = { random: () => 0, sleep: async () => {} };
let database: TestDatabase;
let time: number;
let filed: (Snapshot & { at: number })[];
let warnings: string[];

beforeEach(async () => {
  database = await startTestDatabase({ counterShards: 1 });
  time = NOON;
  filed = [];
  warnings = [];
});
afterEach(() => database?.close());

let connections = 0;
const visit = () => {
  const connectionId = `connection-${connections++}`;
  const options = { now: () => time, ...BACKOFF };
  return accept(database, { connectionId, kind: 'page', visitId: connectionId, countsAs: 'visit' }, options);
};
const options = (store: Partial<Store> = {}): BroadcastOptions => ({
  store: { ...createStore(database, BACKOFF), ...store },
  management: { post: async () => ({ outcome: 'delivered' }), close: async () => true },
  postsPerSecond: 10_000,
  fanOutViewers: 5_000,
  fanOut: async () => {},
  concurrency: 8,
  now: () => time,
  sleep: async (ms) => void (time += ms),
  log: (level, message) => void (level === 'warn' && warnings.push(message)),
  writeFiles: async (snapshot) => void filed.push({ ...snapshot, at: time }),
});
const deliver = (store?: Partial<Store>) => broadcast(options(store), Infinity);
/** What the schedule does. */
const clock = async () => void ((await isDue(options())) && (await deliver()));
const dayItem = async (day: string) => {
  const { id: _, editions, ...numbers } = (await database.counterItem(DAY_PREFIX + day)) ?? {};
  const entries = Object.entries(numbers).map(([name, value]) => [name, Number(value.N)]);
  return { ...Object.fromEntries(entries), editions: Object.keys(editions?.M ?? {}) } as Record<
    string,
    unknown
  >;
};
const visitsOn = async (day: string) => (await dayItem(day))['visits'];
const lastBroadcast = (): Promise<BroadcastState> => options().store.readLastBroadcast();

test('the first broadcast of a minute records the day, the clock the rest', async () => {
  await visit();
  await deliver();
  const first = { visits: 1, own: 0, bots: 0, arrivals: 1, viewers: 1, visitsBefore: 0, editions: [] };
  assert.deepEqual(await dayItem('2026-11-23'), first);

  time += SECOND;
  await visit();
  await deliver();
  assert.equal(await visitsOn('2026-11-23'), 1, 'the same minute');

  time += MINUTE;
  await clock();
  assert.deepEqual(await dayItem('2026-11-23'), { ...first, visits: 2, arrivals: 2, viewers: 2 });
  const { rev } = await lastBroadcast();
  time += MINUTE;
  await clock();
  assert.equal((await lastBroadcast()).rev, rev, 'nothing has changed since');
});

test('every broadcast of the last minute before midnight records the day', async () => {
  for (time of [MIDNIGHT - 50 * SECOND, MIDNIGHT - 30 * SECOND, MIDNIGHT - SECOND]) {
    await visit();
    await deliver();
  }
  time = MIDNIGHT + SECOND;
  await visit();
  await deliver();
  assert.deepEqual([await visitsOn('2026-11-23'), await visitsOn('2026-11-24')], [3, 4]);
});

test('totals that were read around midnight belong to the new day', async () => {
  const { store } = options();
  time = MIDNIGHT - SECOND;
  await visit();
  await deliver({ readAudience: (...args) => ((time = MIDNIGHT + SECOND), store.readAudience(...args)) });
  assert.deepEqual([await visitsOn('2026-11-23'), await visitsOn('2026-11-24')], [undefined, undefined]);
  time += MINUTE;
  await clock();
  assert.equal(await visitsOn('2026-11-24'), 1);
});

test('the largest audience is that of the day', async () => {
  for (let i = 0; i < 3; i++) await visit();
  await deliver();
  for (let i = 1; i <= 2; i++) {
    await options().store.deleteConnection(`connection-${connections - i}`);
  }
  time += 2 * MINUTE;
  await visit();
  await deliver();
  assert.equal((await dayItem('2026-11-23'))['viewers'], 3);
  time = MIDNIGHT + MINUTE;
  await visit();
  await deliver();
  assert.equal((await dayItem('2026-11-24'))['viewers'], 1, 'the rows of the day before have expired');
});

test('visits before the upgrade belong to no day', async () => {
  for (let i = 0; i < 3; i++) await visit();
  const { store } = options();
  await store.publish(NEVER_BROADCAST, { ...NEVER_BROADCAST, rev: 7, count: 2, deliveredRev: 7 }, 0);
  await deliver();
  assert.deepEqual([await visitsOn('2026-11-23'), (await dayItem('2026-11-23'))['visitsBefore']], [3, 2]);
});

test('a slow writer does not replace newer totals', async () => {
  const { store } = options();
  const write = (arrivals: number, viewers: number) =>
    store.recordDay('2026-11-23', { totals: { ...totalsOf([]), count: arrivals, arrivals }, viewers });
  await write(5, 3);
  for (const [arrivals, viewers, expected] of [
    [4, 9, [5, 3]],
    [5, 2, [5, 3]],
    [5, 4, [5, 4]],
    [6, 1, [6, 1]],
  ] as const) {
    await write(arrivals, viewers);
    const item = await dayItem('2026-11-23');
    assert.deepEqual([item['arrivals'], item['viewers']], expected);
  }
});

test('a day that cannot be recorded does not stop the broadcast, and the clock records it', async () => {
  await visit();
  await deliver({ recordDay: () => Promise.reject(new Error('throttled')) });
  assert.deepEqual([(await lastBroadcast()).deliveredRev, warnings], [1, ['day not recorded']]);
  assert.equal(await visitsOn('2026-11-23'), undefined);
  time += MINUTE;
  await clock();
  assert.equal(await visitsOn('2026-11-23'), 1);
});

test('count.json is written at most every five seconds, and ends with the last revision', async () => {
  for (let i = 0; i < 12; i++) {
    await visit();
    await deliver();
    time += SECOND;
  }
  assert.deepEqual(
    filed.map(({ at }) => at - NOON),
    [0, 5_000, 10_000],
  );
  time += MINUTE;
  await clock();
  const { rev } = await lastBroadcast();
  assert.deepEqual(filed.at(-1), { count: 12, viewers: 12, rev, at: time });
  time += MINUTE;
  await clock();
  assert.equal(filed.length, 4, 'nothing has changed since');
});

test('count.json is not written again for numbers that look the same to its reader', async () => {
  const leave = (number: number) => options().store.deleteConnection(`connection-${number}`);
  const first = connections;
  const viewersFiled = async (change: () => Promise<unknown>) => {
    filed = [];
    time += 6 * SECOND;
    await change();
    await deliver();
    return filed.map(({ viewers }) => viewers);
  };
  assert.deepEqual(await viewersFiled(visit), [1]);
  assert.deepEqual(await viewersFiled(visit), [2]);
  assert.deepEqual(await viewersFiled(() => leave(first)), [1]);
  assert.deepEqual(await viewersFiled(() => leave(first + 1)), [], 'a reader would be the only viewer');
  time += MINUTE;
  await clock();
  const { rev, viewers, filedRev } = await lastBroadcast();
  assert.deepEqual([viewers, filedRev, filed], [0, rev, []], 'nothing is left to write');
  assert.deepEqual(await viewersFiled(visit), [1]);
});

test('a bucket that hangs delays neither the posts nor the next broadcast, only the end of the invocation', async () => {
  const order: string[] = [];
  let release = () => {};
  const hanging: BroadcastOptions = {
    ...options(),
    management: {
      post: async () => (order.push('post'), { outcome: 'delivered' }),
      close: async () => true,
    },
    writeFiles: () => (order.push('file'), new Promise<void>((resolve) => (release = resolve))),
  };
  await visit();
  const progress: Progress = {};
  assert.equal(await tryBroadcast(hanging, Infinity, progress), true);
  await visit();
  time += SECOND;
  assert.equal(await tryBroadcast(hanging, Infinity, progress), true);
  assert.deepEqual(order, ['post', 'file', 'post', 'post']);

  time += MINUTE;
  await visit();
  let hasEnded = false;
  const invocation = broadcast(hanging, Infinity).then(() => (hasEnded = true));
  while (order.filter((step) => step === 'file').length < 2) await new Promise(setImmediate);
  assert.equal(hasEnded, false);
  release();
  await invocation;
});
