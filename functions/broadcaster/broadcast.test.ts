import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { BatchWriteItemCommand, type DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { VISITOR_COUNT_KEY } from '../../contract/tables.ts';
import type { MetricName, MetricValues } from '../../contract/metrics.ts';
import type { Snapshot } from '../../contract/messages.ts';
import { startTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { NEVER_BROADCAST, readCounter } from '../shared/counter.ts';
import type { Log } from '../shared/log.ts';
import { accept } from '../updater/count-visit.ts';
import { disconnect } from '../updater/disconnect.ts';
import { broadcast } from './broadcast.ts';
import { createBroadcaster } from './broadcaster.ts';
import type { PostResult } from './post.ts';
import type { SegmentEvent } from './segment.ts';
import { publish } from './state.ts';

const START = Date.UTC(2026, 10, 23);
const LONG_AGO = START - 3_600_000;
let database: TestDatabase;
let time: number;
let posts: { to: string; at: number; snapshot: Snapshot }[];
let handedOver: SegmentEvent[];
let measured: MetricValues[];
let fate: (connectionId: string) => PostResult | Promise<PostResult>;

before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());
beforeEach(async () => {
  for (const [table, key] of [
    [database.connectionIdsTable, 'connectionId'],
    [database.visitorCountTable, VISITOR_COUNT_KEY],
  ] as const) {
    const items = await database.items(table);
    for (let from = 0; from < items.length; from += 25) {
      const requests = items
        .slice(from, from + 25)
        .map((item) => ({ DeleteRequest: { Key: { [key]: item[key]! } } }));
      await database.client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    }
  }
  time = START;
  posts = [];
  handedOver = [];
  measured = [];
  fate = () => ({ outcome: 'delivered' });
});

const options = () => ({
  database,
  post: async (to: string, message: string) => {
    posts.push({ to, at: time, snapshot: JSON.parse(message) as Snapshot });
    return fate(to);
  },
  postsPerSecond: 100,
  fanOutViewers: 5_000,
  fanOut: async (events: SegmentEvent[]) => {
    handedOver.push(...events);
  },
  concurrency: 8,
  now: () => time,
  sleep: async (ms: number) => {
    time += ms;
  },
  log: ((_level, _message, _fields, metrics) => {
    if (metrics) measured.push(metrics);
  }) satisfies Log,
});
const tell = (deadline = START + 3_600_000) => broadcast(options(), deadline);
/** Connects a page; `at` is when. */
const arrive = (connectionId: string, at = LONG_AGO, visitId = `visit-of-${connectionId}`) =>
  accept(
    database,
    { connectionId, kind: 'plain', visitId, counts: true },
    { now: () => at, random: Math.random, sleep: async () => {} },
  );
const audience = () => posts.map(({ to }) => to).sort();

test('everybody is told the sum of the shards and the number of rows', async () => {
  for (const name of ['a', 'b', 'c']) await arrive(name);
  await tell();
  assert.deepEqual(audience(), ['a', 'b', 'c']);
  assert.deepEqual(posts[0]?.snapshot, { count: 3, viewers: 3, rev: 1 });
  assert.equal(posts[0]?.at, START, 'at once');
});

test('what has been told is not told again', async () => {
  await arrive('a');
  await tell();
  posts = [];
  time += 60_000;
  await tell();
  assert.deepEqual(posts, []);
});

test('the next broadcast begins N / POSTS_PER_SECOND seconds after the one before began', async () => {
  for (let i = 0; i < 30; i++) await arrive(`viewer-${i}`);
  await tell();
  await arrive('late');
  posts = [];
  await tell();
  assert.equal(posts.length, 31);
  assert.equal(posts[0]!.at - START, 300, '30 posts at 100 a second');
  assert.deepEqual(posts[0]?.snapshot, { count: 31, viewers: 31, rev: 2 });
});

test('out of time before its turn, it says so and the batch comes again', async () => {
  for (let i = 0; i < 30; i++) await arrive(`viewer-${i}`);
  await tell();
  await arrive('late');
  posts = [];
  await assert.rejects(tell(START + 299), { name: 'DeadlineError' });
  assert.deepEqual(posts, []);
  await tell();
  assert.equal(posts.length, 31);
});

test('before a gateway that hangs it ends in good order: no post lasts into the reserve, and no revision follows', async () => {
  for (let i = 0; i < 30; i++) await arrive(`viewer-${i}`);
  const ends: number[] = [];
  const post = async (_to: string, _message: string, withinMs = Infinity): Promise<PostResult> => {
    time += Math.min(3_000, withinMs);
    ends.push(time);
    return { outcome: 'failed', reason: 'no answer' };
  };
  const hanging = createBroadcaster({ ...options(), post, concurrency: 1 });
  const records = { Records: [] };
  const getRemainingTimeInMillis = () => 30_000;
  await assert.rejects(hanging(records, { getRemainingTimeInMillis }), { name: 'DeadlineError' });
  assert.deepEqual([ends.length, ends.at(-1)], [8, START + 22_000]);
  assert.equal((await readCounter(database)).lastBroadcast.rev, 1);
});

test('a row past its expiry is no viewer, whether TTL has deleted it or not', async () => {
  await arrive('a');
  await arrive('ghost', START - 3 * 3_600_000);
  await tell();
  assert.deepEqual(posts, [{ to: 'a', at: START, snapshot: { count: 2, viewers: 1, rev: 1 } }]);
});

test('410 deletes an old row, and never one whose handshake may be under way', async () => {
  await arrive('old');
  await arrive('young', START - 29_000);
  fate = () => ({ outcome: 'gone' });
  await tell();
  const rows = await database.items(database.connectionIdsTable);
  assert.deepEqual(
    rows.map((row) => row['connectionId']?.S),
    ['young'],
  );
});

test('rows of those that are gone are deleted a few at a time', async () => {
  for (let i = 0; i < 30; i++) await arrive(`gone-${i}`);
  fate = () => ({ outcome: 'gone' });
  let underWay = 0;
  let most = 0;
  const counted = async (command: DeleteItemCommand) => {
    most = Math.max(most, ++underWay);
    try {
      return await database.client.send(command);
    } finally {
      underWay--;
    }
  };
  const client = Object.create(database.client, { send: { value: counted } });
  await broadcast({ ...options(), database: { ...database, client } }, START + 60_000);
  assert.deepEqual(await database.items(database.connectionIdsTable), []);
  assert.equal(most, 8);
});

test('a newcomer that the last broadcast may have missed is told the same values, and nobody else', async () => {
  for (const name of ['a', 'b']) await arrive(name);
  await tell();
  posts = [];
  time += 10_000;
  // The visit is known and somebody has left: the numbers are the same.
  await arrive('a-again', time, 'visit-of-a');
  const rows = await database.items(database.connectionIdsTable);
  assert.equal(rows.length, 3);
  const Key = { connectionId: { S: 'b' } };
  await database.client.send(
    new BatchWriteItemCommand({
      RequestItems: { [database.connectionIdsTable]: [{ DeleteRequest: { Key } }] },
    }),
  );
  await tell();
  assert.deepEqual(
    posts.map(({ to, snapshot }) => [to, snapshot]),
    [['a-again', { count: 2, viewers: 2, rev: 2 }]],
  );
});

test('throttled posts are owed, and only those are repeated', async () => {
  for (const name of ['a', 'b', 'c']) await arrive(name);
  let refusals = 2;
  fate = (to) => (to === 'b' && refusals-- > 0 ? { outcome: 'throttled' } : { outcome: 'delivered' });
  await tell();
  assert.deepEqual(audience(), ['a', 'b', 'b', 'b', 'c']);
  const { lastBroadcast } = await readCounter(database);
  assert.equal(lastBroadcast.deliveredRev, lastBroadcast.rev);
});

test('where the gateway takes nothing at all, the batch fails with the reason', async () => {
  await arrive('a');
  fate = () => ({ outcome: 'failed', reason: 'ForbiddenException: not allowed' });
  await assert.rejects(tell(), /no page could be told: 1 × ForbiddenException: not allowed/);
});

test('what could not be delivered stays owed: everybody is told when the gateway works again', async () => {
  for (const name of ['a', 'b']) await arrive(name);
  fate = () => ({ outcome: 'failed', reason: 'TimeoutError: no answer' });
  await assert.rejects(tell(), /no page could be told/);
  posts = [];
  fate = () => ({ outcome: 'delivered' });
  await tell();
  assert.deepEqual(audience(), ['a', 'b']);
});

test('a page that never takes a post is given up for now, and the next reconciliation tries again', async () => {
  for (const name of ['a', 'slow']) await arrive(name);
  fate = (to) => ({ outcome: to === 'slow' ? 'throttled' : 'delivered' });
  await tell();
  posts = [];
  fate = () => ({ outcome: 'delivered' });
  time += 60_000;
  await createBroadcaster(options())({ reconcile: true }, { getRemainingTimeInMillis: () => 60_000 });
  assert.ok(audience().includes('slow'));
});

test('who comes while throttled posts are repeated is told too, though the numbers are the same', async () => {
  for (const name of ['a', 'b', 'c']) await arrive(name);
  let refusals = 1;
  fate = (to) => (to === 'b' && refusals-- > 0 ? { outcome: 'throttled' } : { outcome: 'delivered' });
  const { sleep, ...rest } = options();
  const exchange = async (ms: number) => {
    await sleep(ms);
    // Known visit, and somebody leaves: neither number changes.
    await arrive('c-again', time, 'visit-of-c');
    await disconnect(database, 'c', { random: Math.random, sleep: async () => {} });
  };
  await broadcast({ ...rest, sleep: exchange }, START + 60_000);
  assert.deepEqual(audience(), ['a', 'b', 'b', 'c', 'c-again']);
});

test('who crashed after publishing is replaced: everybody is told again', async () => {
  await arrive('a');
  await publish(database, {
    ...NEVER_BROADCAST,
    rev: 1,
    count: 1,
    viewers: 1,
    arrivals: 1,
    readAt: START,
    notBefore: START + 10_010,
  });
  await tell();
  assert.deepEqual(
    posts.map(({ to, snapshot }) => [to, snapshot]),
    [['a', { count: 1, viewers: 1, rev: 2 }]],
  );
  assert.ok(posts[0]!.at >= START + 10_010, 'not before the lease of the first has run out');
});

test('two broadcasters at once: one speaks, the other finds it said', async () => {
  for (let i = 0; i < 10; i++) await arrive(`viewer-${i}`);
  await Promise.all([tell(), tell()]);
  assert.equal(posts.length, 10);
});

test('in a storm, who is never the first to speak waits for two broadcasts of others and not for the end', async () => {
  for (let i = 0; i < 30; i++) await arrive(`viewer-${i}`);
  await tell();
  await arrive('late');
  let waits = 0;
  const overtaken = async (ms: number) => {
    time += ms;
    waits++;
    await tell();
    await arrive(`later-${waits}`);
  };
  await broadcast({ ...options(), sleep: overtaken }, START + 60_000);
  assert.equal(waits, 2, 'the values of the first of them may have been read before the call');
  assert.deepEqual(posts.at(-1)?.snapshot, { count: 32, viewers: 32, rev: 3 });
});

for (const [what, flaw] of [
  ['was not completed', { deliveredRev: 2 }],
  ['misses a visit', { count: 1 }],
  ['misses an arrival', { arrivals: 1 }],
] as const)
  test(`a broadcast of others that ${what} is none to rely on`, async () => {
    for (const name of ['a', 'b']) await arrive(name, START);
    await tell();
    const { lastBroadcast } = await readCounter(database);
    const overtaken = async (ms: number) => {
      time += ms;
      for (const rev of [2, 3]) await publish(database, { ...lastBroadcast, rev, deliveredRev: 3, ...flaw });
    };
    posts = [];
    await broadcast({ ...options(), sleep: overtaken }, START + 60_000);
    assert.deepEqual(audience(), ['a', 'b']);
  });

test('arrivals during a broadcast are in the next one', async () => {
  await arrive('a');
  let second: Promise<unknown> | undefined;
  fate = async () => {
    await (second ??= arrive('b'));
    return { outcome: 'delivered' };
  };
  await tell();
  assert.deepEqual(audience(), ['a']);
  await tell();
  assert.deepEqual(posts.at(-1)?.snapshot, { count: 2, viewers: 2, rev: 2 });
});

test('a large audience is handed to workers, which together tell everybody once', async () => {
  for (let i = 0; i < 25; i++) await arrive(`viewer-${i}`);
  await broadcast({ ...options(), fanOutViewers: 10 }, START + 60_000);
  assert.deepEqual(posts, [], 'the broadcaster itself posts nothing');
  assert.deepEqual(
    handedOver,
    [0, 1, 2].map((segment) => ({
      segment,
      totalSegments: 3,
      snapshot: { count: 25, viewers: 25, rev: 1 },
      waitingSince: LONG_AGO,
    })),
  );
  const { lastBroadcast } = await readCounter(database);
  assert.deepEqual(
    [lastBroadcast.deliveredRev, lastBroadcast.notBefore],
    [1, START + 250],
    'the pace is that of the whole audience',
  );

  const worker = createBroadcaster(options());
  await Promise.all(handedOver.map((event) => worker(event, { getRemainingTimeInMillis: () => 60_000 })));
  assert.equal(posts.length, 25);
  assert.equal(new Set(audience()).size, 25);
  const sum = (name: MetricName) => measured.reduce((total, values) => total + (values[name] ?? 0), 0);
  assert.deepEqual([sum('Broadcasts'), sum('Posts')], [1, 25], 'one broadcast, whoever makes its posts');
  assert.equal(measured.filter(({ VisitToSeen }) => VisitToSeen === START - LONG_AGO).length, 3);
});

test('it measures its posts by their fate, and how long the first newcomer has waited', async () => {
  await arrive('old', START - 5_000);
  await arrive('gone', START - 3_000);
  await tell();
  assert.deepEqual(measured, [
    { Broadcasts: 1, Posts: 2, PostsGone: 0, PostsThrottled: 0, PostsFailed: 0, VisitToSeen: 5_000 },
  ]);
  measured = [];
  time += 60_000;
  await arrive('slow', time - 700);
  await arrive('broken', time - 400);
  const fates: Record<string, PostResult> = {
    gone: { outcome: 'gone' },
    slow: { outcome: 'throttled' },
    broken: { outcome: 'failed', reason: '500' },
  };
  fate = (to) => fates[to] ?? { outcome: 'delivered' };
  await tell();
  assert.deepEqual(measured[0], {
    Broadcasts: 1,
    Posts: 4,
    PostsGone: 1,
    PostsThrottled: 1,
    PostsFailed: 1,
    VisitToSeen: 700,
  });
  assert.ok(
    measured.slice(1).every((values) => values.VisitToSeen === undefined),
    'a repeat is nobody’s first news',
  );
});

test('a worker repeats what was throttled, and stops when a newer broadcast makes it needless', async () => {
  await arrive('a');
  const event = { segment: 0, totalSegments: 1, snapshot: { count: 1, viewers: 1, rev: 1 } };
  const worker = () => createBroadcaster(options())(event, { getRemainingTimeInMillis: () => 60_000 });
  let refusals = 2;
  fate = () => (refusals-- > 0 ? { outcome: 'throttled' } : { outcome: 'delivered' });
  await worker();
  assert.equal(posts.length, 3);

  fate = () => ({ outcome: 'throttled' });
  await assert.rejects(worker(), /1 pages of segment 0 could not be told: 1 × throttled/);

  posts = [];
  await publish(database, { ...NEVER_BROADCAST, rev: 1 });
  const publishLater = async () => publish(database, { ...NEVER_BROADCAST, rev: 2 });
  fate = async () => (await publishLater(), { outcome: 'throttled' });
  await worker();
  assert.equal(posts.length, 1);

  await worker();
  assert.equal(posts.length, 1, 'an event that comes again, late, posts nothing');
});

test('a newer broadcast of the same values, which may be for newcomers only, does not stop a worker', async () => {
  await arrive('a');
  for (const rev of [1, 2]) await publish(database, { ...NEVER_BROADCAST, rev, count: 1, viewers: 1 });
  const event = { segment: 0, totalSegments: 1, snapshot: { count: 1, viewers: 1, rev: 1 } };
  await createBroadcaster(options())(event, { getRemainingTimeInMillis: () => 60_000 });
  assert.deepEqual(audience(), ['a']);
});

test('the clock finds departures that nobody has announced, once the values have settled', async () => {
  for (const name of ['a', 'b']) await arrive(name);
  await tell();
  posts = [];
  const Key = { connectionId: { S: 'b' } };
  await database.client.send(
    new BatchWriteItemCommand({
      RequestItems: { [database.connectionIdsTable]: [{ DeleteRequest: { Key } }] },
    }),
  );
  const reconcile = () =>
    createBroadcaster(options())({ reconcile: true }, { getRemainingTimeInMillis: () => 60_000 });
  time += 10_000;
  await reconcile();
  assert.deepEqual(posts, [], 'a departure waits for the next newcomer at first');
  time += 50_000;
  await reconcile();
  assert.deepEqual(
    posts.map(({ to, snapshot }) => [to, snapshot]),
    [['a', { count: 2, viewers: 1, rev: 2 }]],
  );
});

test('an audience of several pages of rows is told completely', async () => {
  const rows = Array.from({ length: 1_000 }, (_, i) => ({
    PutRequest: {
      Item: {
        connectionId: { S: `viewer-${i}` },
        connectedAt: { N: String(LONG_AGO) },
        expiresAt: { N: String(START / 1000 + 60) },
        // Rows so wide that a page of 1 MB holds some of them only.
        padding: { S: 'x'.repeat(3_000) },
      },
    },
  }));
  for (let from = 0; from < rows.length; from += 25) {
    await database.client.send(
      new BatchWriteItemCommand({
        RequestItems: { [database.connectionIdsTable]: rows.slice(from, from + 25) },
      }),
    );
  }
  await tell();
  assert.equal(new Set(audience()).size, 1_000);
  assert.equal(posts[0]?.snapshot.viewers, 1_000);
});
