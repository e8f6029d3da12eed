import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricValues } from '../../contract/metrics.ts';
import { deliver, LEASE_MS, MAX_FAILING_MS, MAX_FAILURES, type Delivery } from './deliver.ts';
import type { PostResult } from '../shared/management-api.ts';
import type { Connection, Store } from './store.ts';

const NOW = Date.UTC(2026, 10, 23);
const LONG_AGO = NOW - 3_600_000;
const THROTTLED: PostResult = { outcome: 'throttled' };

const connection = (connectionId: string, overrides: Partial<Connection> = {}): Connection => ({
  connectionId,
  connectedAt: LONG_AGO,
  failures: 0,
  failingSince: 0,
  ...overrides,
});

interface Setup {
  targets: Connection[];
  /** What becomes of a post; `nth` counts the posts to this connection from 1. */
  fate?: (connectionId: string, nth: number) => PostResult;
  /** How long a post takes. */
  postMs?: number;
  /** The renewal, from 1, that finds a newer revision. */
  overtakenAt?: number;
  concurrency?: number;
  delivery?: Partial<Delivery>;
}

/** Delivers with a clock of its own, and records what happened in order. */
async function delivering(setup: Setup) {
  const { targets, fate = () => ({ outcome: 'delivered' }), postMs = 0, concurrency = 4 } = setup;
  let time = NOW;
  let renewals = 0;
  let underWay = 0;
  let mostUnderWay = 0;
  const posts: string[] = [];
  const writes: string[] = [];
  const measured: MetricValues[] = [];
  const store = {
    renewLease: async (_rev: number, _until: number, paceMs: number) => {
      writes.push(`renew, ${paceMs} ms of pace`);
      return ++renewals !== setup.overtakenAt;
    },
    releaseLease: async () => (writes.push('release'), true),
    hasConnection: async (connectionId: string) => connectionId !== 'departed',
    deleteConnection: async (connectionId: string) => void writes.push(`delete ${connectionId}`),
    markConnection: async ({ connectionId }: Connection, failedAt?: number) =>
      void writes.push(`${failedAt === undefined ? 'delivered' : 'failed'} ${connectionId}`),
  } as Partial<Store> as Store;
  const management = {
    post: async (connectionId: string) => {
      mostUnderWay = Math.max(mostUnderWay, ++underWay);
      await new Promise(setImmediate);
      underWay--;
      time += postMs;
      posts.push(connectionId);
      return fate(connectionId, posts.filter((to) => to === connectionId).length);
    },
    close: async (connectionId: string) => (writes.push(`close ${connectionId}`), true),
  };
  const outcome = await deliver(
    {
      store,
      management,
      concurrency,
      postsPerSecond: 100,
      now: () => time,
      sleep: async (ms) => void (time += ms),
      log: (_level, _message, _fields, metrics) => metrics && measured.push(metrics),
    },
    {
      snapshot: { count: 1, viewers: targets.length, rev: 1 },
      targets,
      leaseUntil: NOW + LEASE_MS,
      deadline: Infinity,
      ...setup.delivery,
    },
  ).catch((error: Error) => error);
  return { outcome, posts, writes, measured, mostUnderWay, ms: time - NOW };
}

test('posts once to every connection, and never more at a time than allowed', async () => {
  const targets = Array.from({ length: 100 }, (_, i) => connection(`c${i}`));
  const { outcome, posts, writes, mostUnderWay } = await delivering({ targets, concurrency: 7 });
  assert.equal(outcome, true);
  assert.deepEqual([posts.length, new Set(posts).size, mostUnderWay], [100, 100, 7]);
  assert.deepEqual(writes, []);
});

test('retries only refused posts, each later than the one before, with the lease released in between', async () => {
  const { outcome, posts, writes, ms } = await delivering({
    targets: ['a', 'b', 'c'].map((id) => connection(id)),
    fate: (id, nth) => (id === 'b' && nth < 3 ? THROTTLED : { outcome: 'delivered' }),
  });
  assert.equal(outcome, true);
  assert.deepEqual(posts, ['a', 'b', 'c', 'b', 'b']);
  assert.deepEqual(writes, ['release', 'renew, 10 ms of pace', 'release', 'renew, 10 ms of pace']);
  assert.equal(ms, 250 + 500);
});

test('a worker keeps the shared lease between its retries', async () => {
  const { writes } = await delivering({
    targets: [connection('a')],
    fate: (_, nth) => (nth === 1 ? THROTTLED : { outcome: 'delivered' }),
    delivery: { segment: 0 },
  });
  assert.deepEqual(writes, ['renew, 10 ms of pace']);
});

test('does not retry outdated values', async () => {
  const { outcome, posts, writes } = await delivering({
    targets: [connection('a'), connection('b')],
    fate: (id) => (id === 'b' ? THROTTLED : { outcome: 'delivered' }),
    delivery: { isOutdated: async () => true },
  });
  assert.equal(outcome, false);
  assert.deepEqual([posts, writes], [['a', 'b'], ['release']]);
});

test('stops as soon as a newer revision exists', async () => {
  const { outcome, posts } = await delivering({
    targets: [connection('a')],
    fate: () => THROTTLED,
    overtakenAt: 2,
  });
  assert.equal(outcome, false);
  assert.equal(posts.length, 2);
});

test('gives a connection up after five retries, and marks its row', async () => {
  const { outcome, posts, writes } = await delivering({
    targets: [connection('a'), connection('stuck')],
    fate: (id) => (id === 'stuck' ? THROTTLED : { outcome: 'delivered' }),
  });
  assert.equal(outcome, true);
  assert.equal(posts.length, 1 + 6);
  assert.equal(writes.at(-1), 'failed stuck');
});

test('a connection that has failed before gets one try and delays no one', async () => {
  const { posts, writes } = await delivering({
    targets: [connection('a'), connection('stuck', { failures: 1, failingSince: NOW - 1_000 })],
    fate: (id) => (id === 'stuck' ? THROTTLED : { outcome: 'delivered' }),
  });
  assert.deepEqual(posts, ['a', 'stuck']);
  assert.deepEqual(writes, ['failed stuck']);
});

test('closes a connection after enough failures over enough time, and deletes its row', async () => {
  for (const [failures, failingMs, expected] of [
    [MAX_FAILURES - 1, MAX_FAILING_MS, ['close stuck', 'delete stuck']],
    [MAX_FAILURES - 2, MAX_FAILING_MS, ['failed stuck']],
    [MAX_FAILURES - 1, MAX_FAILING_MS - 1, ['failed stuck']],
  ] as const) {
    const { writes } = await delivering({
      targets: [connection('a'), connection('stuck', { failures, failingSince: NOW - failingMs })],
      fate: (id) => (id === 'stuck' ? THROTTLED : { outcome: 'delivered' }),
    });
    assert.deepEqual(writes, expected);
  }
});

test('a connection that accepts a post again is healthy again', async () => {
  const { writes } = await delivering({ targets: [connection('a', { failures: 2, failingSince: NOW })] });
  assert.deepEqual(writes, ['delivered a']);
});

test('410 deletes the row of an old connection, and retries one whose handshake may not be complete', async () => {
  const { outcome, posts, writes } = await delivering({
    targets: [connection('old'), connection('young', { connectedAt: NOW - 29_000 })],
    fate: (id, nth) => ({ outcome: id === 'old' || nth === 1 ? 'gone' : 'delivered' }),
  });
  assert.equal(outcome, true);
  assert.deepEqual(posts, ['old', 'young', 'young']);
  assert.deepEqual(writes, ['delete old', 'release', 'renew, 10 ms of pace']);
});

test('a visitor who leaves during the broadcast of their arrival is not retried', async () => {
  const { outcome, posts, ms } = await delivering({
    targets: [connection('departed', { connectedAt: NOW }), connection('other')],
    fate: (id) => ({ outcome: id === 'departed' ? 'gone' : 'delivered' }),
  });
  assert.equal(outcome, true);
  assert.deepEqual(posts, ['departed', 'other']);
  assert.equal(ms, 250);
});

test('renews the lease, without a pause, when it ends during a round', async () => {
  const { outcome, posts, writes } = await delivering({
    targets: ['a', 'b', 'c'].map((id) => connection(id)),
    postMs: LEASE_MS / 2,
    concurrency: 1,
  });
  assert.equal(outcome, true);
  assert.deepEqual(posts, ['a', 'b', 'c']);
  assert.deepEqual(writes, ['renew, 10 ms of pace']);
});

test('begins no post after the deadline, and throws', async () => {
  const { outcome, posts } = await delivering({
    targets: Array.from({ length: 10 }, (_, i) => connection(`c${i}`)),
    postMs: 1,
    concurrency: 1,
    delivery: { deadline: NOW + 4 },
  });
  assert.equal(String(outcome), 'DeadlineError: Out of time with 6 pages to deliver to.');
  assert.equal(posts.length, 4);
});

test('throws with the reasons if no page could be reached', async () => {
  const { outcome } = await delivering({
    targets: [connection('a'), connection('b')],
    fate: (id) => (id === 'a' ? THROTTLED : { outcome: 'failed', reason: '403 ForbiddenException' }),
  });
  assert.equal(String(outcome), 'Error: No page could be reached: 6 × 403 ForbiddenException; 6 × throttled');
});

test('measures every post, and how long the first arrival waited for the first round', async () => {
  const fates: Record<string, PostResult> = {
    gone: { outcome: 'gone' },
    slow: THROTTLED,
    broken: { outcome: 'failed', reason: '500' },
  };
  const { measured } = await delivering({
    targets: ['fine', 'gone', 'slow', 'broken'].map((id) => connection(id)),
    fate: (id, nth) => (nth === 1 ? fates[id] : undefined) ?? { outcome: 'delivered' },
    delivery: { waitingSince: NOW - 700 },
  });
  assert.deepEqual(measured, [
    { Broadcasts: 1, Posts: 6, PostsGone: 1, PostsThrottled: 1, PostsFailed: 1, VisitToSeen: 700 },
  ]);
});
