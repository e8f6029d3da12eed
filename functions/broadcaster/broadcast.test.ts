import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { VISITOR_COUNT_KEY } from '../../contract/tables.ts';
import type { MetricName, MetricValues } from '../../contract/metrics.ts';
import type { Snapshot } from '../../contract/messages.ts';
import { startTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { NEVER_BROADCAST, readLastBroadcast } from '../shared/counter.ts';
import { accept } from '../updater/count-visit.ts';
import { broadcast, type SegmentEvent } from './broadcast.ts';
import { createBroadcaster, type BroadcasterOptions } from './broadcaster.ts';
import { LEASE_MS } from './deliver.ts';
import type { PostResult } from '../shared/management-api.ts';
import { createStore, type Store } from './store.ts';

const START = Date.UTC(2026, 10, 23);
const LONG_AGO = START - 3_600_000;
const BACKOFF = { random: Math.random, sleep: async () => {} };
let database: TestDatabase;
let store: Store;
let time: number;
let posts: { to: string; at: number; snapshot: Snapshot }[];
let fannedOut: SegmentEvent[];
let measured: MetricValues[];
let fate: (connectionId: string) => PostResult | Promise<PostResult>;

before(async () => {
  database = await startTestDatabase();
  store = createStore(database, BACKOFF);
});
after(() => database.close());
beforeEach(async () => {
  await deleteRows(database.connectionIdsTable, 'connectionId');
  await deleteRows(database.visitorCountTable, VISITOR_COUNT_KEY);
  time = START;
  posts = [];
  fannedOut = [];
  measured = [];
  fate = () => ({ outcome: 'delivered' });
});

async function deleteRows(table: string, key: string): Promise<void> {
  const items = await database.items(table);
  for (let from = 0; from < items.length; from += 25) {
    const requests = items
      .slice(from, from + 25)
      .map((item) => ({ DeleteRequest: { Key: { [key]: item[key]! } } }));
    await database.client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  }
}

const options = (overrides: Partial<BroadcasterOptions> = {}): BroadcasterOptions => ({
  reportOpenings: async () => {},
  store,
  management: {
    post: async (to, message) => {
      posts.push({ to, at: time, snapshot: JSON.parse(message) as Snapshot });
      return fate(to);
    },
    close: async () => true,
  },
  postsPerSecond: 100,
  fanOutViewers: 5_000,
  fanOut: async (events) => void fannedOut.push(...events),
  concurrency: 8,
  now: () => time,
  sleep: async (ms) => void (time += ms),
  log: (_level, _message, _fields, metrics) => metrics && measured.push(metrics),
  ...overrides,
});
const deliverAll = (deadline = START + 3_600_000) => broadcast(options(), deadline);
const invoke = (event: Parameters<ReturnType<typeof createBroadcaster>>[0], overrides = {}) =>
  createBroadcaster(options(overrides))(event, { getRemainingTimeInMillis: () => 60_000 });
/** Connects a page; `at` is when. */
const arrive = (connectionId: string, at = LONG_AGO, visitId = `visit-of-${connectionId}`) =>
  accept(
    database,
    { connectionId, kind: 'plain', visitId, countsAs: 'visit' },
    { now: () => at, ...BACKOFF },
  );
const recipients = () => posts.map(({ to }) => to).sort();
const lastBroadcast = () => readLastBroadcast(database);

test('delivers the sum of the shards and the number of rows to every page, immediately', async () => {
  for (const name of ['a', 'b', 'c']) await arrive(name);
  await deliverAll();
  assert.deepEqual(recipients(), ['a', 'b', 'c']);
  assert.deepEqual(posts[0], { to: 'a', at: START, snapshot: { count: 3, viewers: 3, rev: 1 } });
  const { rev, deliveredRev, leaseUntil } = await lastBroadcast();
  assert.deepEqual([rev, deliveredRev, leaseUntil], [1, 1, 0]);
});

test('delivers nothing when nothing has changed', async () => {
  await arrive('a');
  await deliverAll();
  posts = [];
  time += 60_000;
  await deliverAll();
  assert.deepEqual(posts, []);
});

test('the next broadcast begins N / POSTS_PER_SECOND seconds after the one before began', async () => {
  for (let i = 0; i < 30; i++) await arrive(`viewer-${i}`);
  await deliverAll();
  await arrive('late');
  posts = [];
  await assert.rejects(deliverAll(START + 299), { name: 'DeadlineError' });
  assert.equal(posts.length, 0);
  await deliverAll();
  assert.equal(posts.length, 31);
  assert.equal(posts[0]!.at - START, 300, '30 posts at 100 per second');
  assert.deepEqual(posts[0]?.snapshot, { count: 31, viewers: 31, rev: 2 });
});

test('retries count towards the pace of the next broadcast', async () => {
  for (const name of ['a', 'b']) await arrive(name);
  let refusals = 1;
  fate = () => (refusals-- > 0 ? { outcome: 'throttled' } : { outcome: 'delivered' });
  await deliverAll();
  assert.equal((await lastBroadcast()).notBefore, START + 30);
});

test('before a gateway that hangs, posts end before the reserve and no revision follows', async () => {
  for (let i = 0; i < 30; i++) await arrive(`viewer-${i}`);
  const ends: number[] = [];
  const management = {
    post: async (_to: string, _message: string, withinMs = Infinity): Promise<PostResult> => {
      time += Math.min(3_000, withinMs);
      ends.push(time);
      return { outcome: 'failed', reason: 'no answer' };
    },
    close: async () => false,
  };
  const hanging = createBroadcaster(options({ management, concurrency: 1 }));
  await assert.rejects(hanging({ Records: [] }, { getRemainingTimeInMillis: () => 30_000 }));
  assert.equal(ends.at(-1), START + 22_000);
  assert.equal((await lastBroadcast()).rev, 1);
});

test('an expired row is not a viewer, even before TTL deletes it', async () => {
  await arrive('a');
  await arrive('ghost', START - 3 * 3_600_000);
  await deliverAll();
  assert.deepEqual(posts, [{ to: 'a', at: START, snapshot: { count: 2, viewers: 1, rev: 1 } }]);
});

test('unchanged values are delivered only to a connection that the last broadcast may have missed', async () => {
  for (const name of ['a', 'b']) await arrive(name);
  await deliverAll();
  posts = [];
  time += 10_000;
  // Its visit is known and another page has left: the numbers are the same.
  await arrive('a-again', time, 'visit-of-a');
  await store.deleteConnection('b');
  await deliverAll();
  assert.deepEqual(
    posts.map(({ to, snapshot }) => [to, snapshot]),
    [['a-again', { count: 2, viewers: 2, rev: 2 }]],
  );
});

test('if no page can be reached, the batch fails and everyone is redelivered when the gateway works again', async () => {
  for (const name of ['a', 'b']) await arrive(name);
  fate = () => ({ outcome: 'failed', reason: 'ForbiddenException: not allowed' });
  await assert.rejects(deliverAll(), /No page could be reached: 12 × ForbiddenException: not allowed/);
  posts = [];
  fate = () => ({ outcome: 'delivered' });
  await deliverAll();
  assert.deepEqual(recipients(), ['a', 'b']);
});

test('the clock redelivers to a page that was given up, and only to it; then the page is closed', async () => {
  for (const name of ['a', 'stuck']) await arrive(name);
  fate = (to) => ({ outcome: to === 'stuck' ? 'throttled' : 'delivered' });
  await deliverAll();
  const closed: string[] = [];
  const { post } = options().management;
  const close = async (connectionId: string) => closed.push(connectionId) > 0;
  for (let minute = 1; minute <= 3; minute++) {
    posts = [];
    time += 60_000;
    await invoke({ reconcile: true }, { management: { post, close } }).catch(() => {});
    if (minute < 3) assert.deepEqual(new Set(recipients()), new Set(['stuck']), `minute ${minute}`);
  }
  assert.deepEqual(closed, ['stuck']);
  assert.deepEqual(
    posts.map(({ to, snapshot }) => [to, snapshot.viewers]),
    [['a', 1]],
    'the row is gone',
  );
});

test('a broadcaster that crashed after publishing is replaced once its lease has expired', async () => {
  await arrive('a');
  const values = { rev: 1, count: 1, viewers: 1, arrivals: 1, readAt: START, leaseUntil: START + LEASE_MS };
  await store.publish(NEVER_BROADCAST, { ...NEVER_BROADCAST, ...values }, 0);
  await deliverAll();
  assert.deepEqual(
    posts.map(({ to, snapshot }) => [to, snapshot]),
    [['a', { count: 1, viewers: 1, rev: 2 }]],
  );
  assert.equal(posts[0]!.at, START + LEASE_MS);
});

test('a lease that is renewed stays valid', async () => {
  await arrive('a');
  await store.publish(NEVER_BROADCAST, { ...NEVER_BROADCAST, rev: 1, leaseUntil: START + LEASE_MS }, 0);
  let renewed = false;
  const sleep = async (ms: number) => {
    time += ms;
    if (renewed || time < START + LEASE_MS - 1_000) return;
    renewed = await store.renewLease(1, time + LEASE_MS, 0);
  };
  await broadcast(options({ sleep }), START + 60_000);
  assert.ok(posts[0]!.at >= START + 2 * LEASE_MS - 1_000);
});

for (const minutes of [5, 20, 60])
  test(`a clock that was ${minutes} minutes ahead delays the next broadcast by at most its pace and a second`, async () => {
    for (let i = 0; i < 30; i++) await arrive(`viewer-${i}`);
    const skew = minutes * 60_000;
    await broadcast(options({ now: () => time + skew }), Infinity);
    await arrive('late');
    posts = [];
    const since = time;
    await deliverAll();
    assert.equal(posts.length, 31);
    assert.equal(posts[0]!.at - since, 1_300);
  });

test('of two broadcasters, one posts and the other waits for it', async () => {
  for (let i = 0; i < 10; i++) await arrive(`viewer-${i}`);
  await Promise.all([deliverAll(), deliverAll()]);
  assert.equal(posts.length, 10);
});

test('in a storm, a broadcaster that never gets its turn is done after two broadcasts of others', async () => {
  for (let i = 0; i < 30; i++) await arrive(`viewer-${i}`);
  await deliverAll();
  await arrive('late');
  let waits = 0;
  const sleep = async (ms: number) => {
    time += ms;
    waits++;
    await deliverAll();
    await arrive(`later-${waits}`);
  };
  await broadcast(options({ sleep }), START + 60_000);
  assert.equal(waits, 2, 'the first of them may have read the shards before the call');
  assert.deepEqual(posts.at(-1)?.snapshot, { count: 32, viewers: 32, rev: 3 });
});

test('arrivals during a broadcast are in the next one', async () => {
  await arrive('a');
  let second: Promise<unknown> | undefined;
  fate = async () => {
    await (second ??= arrive('b'));
    return { outcome: 'delivered' };
  };
  await deliverAll();
  assert.deepEqual(recipients(), ['a']);
  await deliverAll();
  assert.deepEqual(posts.at(-1)?.snapshot, { count: 2, viewers: 2, rev: 2 });
});

test('workers share a large audience, and the last one settles the broadcast', async () => {
  for (let i = 0; i < 25; i++) await arrive(`viewer-${i}`);
  await broadcast(options({ fanOutViewers: 10 }), START + 60_000);
  assert.equal(posts.length, 0, 'the broadcaster itself posts nothing');
  assert.deepEqual(
    fannedOut,
    [0, 1, 2].map((segment) => ({
      segment,
      totalSegments: 3,
      snapshot: { count: 25, viewers: 25, rev: 1 },
      waitingSince: LONG_AGO,
    })),
  );
  assert.equal((await lastBroadcast()).notBefore, START + 250, 'the pace is that of the whole audience');

  for (const event of fannedOut) {
    assert.equal((await lastBroadcast()).deliveredRev, 0);
    await invoke(event);
  }
  const { deliveredRev, leaseUntil } = await lastBroadcast();
  assert.deepEqual([deliveredRev, leaseUntil], [1, 0]);
  assert.equal(posts.length, 25);
  assert.equal(new Set(recipients()).size, 25);
  const sum = (name: MetricName) => measured.reduce((total, values) => total + (values[name] ?? 0), 0);
  assert.deepEqual([sum('Broadcasts'), sum('Posts')], [1, 25]);
  assert.equal(measured.filter(({ VisitToSeen }) => VisitToSeen === START - LONG_AGO).length, 3);
});

test('everyone is redelivered if a worker never settles', async () => {
  for (const name of ['a', 'b', 'c']) await arrive(name);
  await broadcast(options({ fanOutViewers: 2 }), START + 60_000);
  await invoke(fannedOut[0]!);
  posts = [];
  time += 60_000;
  await invoke({ reconcile: true });
  assert.deepEqual(recipients(), ['a', 'b', 'c']);
});

test('a worker posts nothing once a newer revision exists', async () => {
  await arrive('a');
  for (const rev of [1, 2])
    await store.publish({ ...NEVER_BROADCAST, rev: rev - 1 }, { ...NEVER_BROADCAST, rev }, 0);
  await invoke({ segment: 0, totalSegments: 1, snapshot: { count: 1, viewers: 1, rev: 1 } });
  assert.deepEqual(posts, []);
});

test('the clock finds unannounced departures once the values have settled', async () => {
  for (const name of ['a', 'b']) await arrive(name);
  await deliverAll();
  posts = [];
  await store.deleteConnection('b');
  time += 10_000;
  await invoke({ reconcile: true });
  assert.deepEqual(posts, [], 'a departure waits for the next arrival at first');
  time += 50_000;
  await invoke({ reconcile: true });
  assert.deepEqual(
    posts.map(({ to, snapshot }) => [to, snapshot]),
    [['a', { count: 2, viewers: 1, rev: 2 }]],
  );
});

test('without an audience, the clock reads no shards', async () => {
  let reads = 0;
  const counting = { ...store, readTotals: () => (reads++, store.readTotals()) };
  const clock = async () => {
    [reads, time] = [0, time + 60_000];
    await invoke({ reconcile: true }, { store: counting });
    return [reads > 0, (await lastBroadcast()).viewers];
  };
  for (const name of ['a', 'b']) await arrive(name);
  await deliverAll();
  assert.deepEqual(await clock(), [true, 2]);
  for (const name of ['a', 'b']) await store.deleteConnection(name);
  assert.deepEqual(await clock(), [true, 0], 'two have left without a broadcast');
  assert.deepEqual(await clock(), [false, 0]);
  await arrive('c');
  assert.deepEqual(await clock(), [true, 1], 'its batch was lost');
  await store.deleteConnection('c');
  assert.deepEqual(await clock(), [false, 1], 'its own reader would be the only viewer');
});

test('the clock probes the site in every fifth minute, also when its reconciliation fails', async () => {
  const probed: number[] = [];
  const probeSite = async () => void probed.push((time - START) / 60_000);
  for (let minute = 0; minute <= 5; minute++) {
    time = START + minute * 60_000;
    await invoke({ reconcile: true }, { probeSite });
  }
  await invoke({ Records: [] }, { probeSite });
  assert.deepEqual(probed, [0, 5]);

  time = START + 10 * 60_000;
  await arrive('a');
  fate = () => ({ outcome: 'failed', reason: '500' });
  await assert.rejects(invoke({ reconcile: true }, { probeSite }), /No page could be reached/);
  assert.equal(probed.length, 3);
});

test('a slow probe does not delay the reconciliation, and the invocation waits for its result', async () => {
  await arrive('a');
  let answered = false;
  const probeSite = async () => {
    while (posts.length === 0) await new Promise(setImmediate);
    answered = true;
  };
  await invoke({ reconcile: true }, { probeSite });
  assert.deepEqual([recipients(), answered], [['a'], true]);
});

/** A batch in which these items have changed. */
const batch = (...ids: string[]) => ({
  Records: ids.map((id) => ({ dynamodb: { Keys: { id: { S: id } } } })),
});

test('reports the links of a batch, and neither waits for the e-mail nor fails with it', async () => {
  await arrive('a');
  const reported: string[][] = [];
  const reportOpenings = async (ids: string[]) => {
    reported.push(ids);
    // An e-mail that hangs until the pages have their numbers.
    while (posts.length === 0) await new Promise(setImmediate);
  };
  await invoke(batch('visits#0', 'link#a', 'departure', 'link#a', 'link#b'), { reportOpenings });
  assert.deepEqual(reported, [['link#a', 'link#a', 'link#b']]);
  assert.deepEqual(recipients(), ['a']);
});

test('a batch of links alone starts no broadcast', async () => {
  await arrive('a');
  await invoke(batch('link#a'));
  assert.deepEqual(posts, []);
});

test('delivers to an audience of several pages of rows', async () => {
  const rows = Array.from({ length: 1_000 }, (_, i) => ({
    PutRequest: {
      Item: {
        connectionId: { S: `viewer-${i}` },
        connectedAt: { N: String(LONG_AGO) },
        expiresAt: { N: String(START / 1000 + 60) },
        // Wide rows: a page of 1 MB holds only some of them.
        padding: { S: 'x'.repeat(3_000) },
      },
    },
  }));
  for (let from = 0; from < rows.length; from += 25) {
    const batch = { [database.connectionIdsTable]: rows.slice(from, from + 25) };
    await database.client.send(new BatchWriteItemCommand({ RequestItems: batch }));
  }
  await deliverAll();
  assert.equal(new Set(recipients()).size, 1_000);
  assert.equal(posts[0]?.snapshot.viewers, 1_000);
});
