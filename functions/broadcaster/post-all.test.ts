import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PostResult } from './post.ts';
import { postAll } from './post-all.ts';

const connections = (length: number) =>
  Array.from({ length }, (_, i) => ({ connectionId: `c${i}`, connectedAt: 0 }));

test('every connection gets the message once, with never more posts under way than allowed', async () => {
  const posted: string[] = [];
  let underWay = 0;
  let most = 0;
  const report = await postAll(connections(100), 'hi', {
    concurrency: 7,
    deadline: Infinity,
    now: () => 0,
    post: async (connectionId, message) => {
      most = Math.max(most, ++underWay);
      await new Promise(setImmediate);
      underWay--;
      posted.push(`${connectionId} ${message}`);
      return { outcome: 'delivered' };
    },
  });
  assert.equal(report.delivered, 100);
  assert.deepEqual(new Set(posted).size, 100);
  assert.equal(most, 7);
});

test('one bad connection changes nothing for the others, and each fate is reported', async () => {
  const fates: Record<string, PostResult> = {
    c1: { outcome: 'gone' },
    c2: { outcome: 'throttled' },
    c3: { outcome: 'failed', reason: 'TimeoutError: no answer' },
  };
  const report = await postAll(connections(5), 'hi', {
    concurrency: 2,
    deadline: Infinity,
    now: () => 0,
    post: async (connectionId) => fates[connectionId] ?? { outcome: 'delivered' },
  });
  assert.equal(report.delivered, 2);
  assert.deepEqual(
    report.gone.map((c) => c.connectionId),
    ['c1'],
  );
  assert.deepEqual(
    report.owed.map((c) => c.connectionId),
    ['c2', 'c3'],
  );
  assert.equal(report.throttled, 1);
  assert.deepEqual([...report.failures], [['TimeoutError: no answer', 1]]);
});

test('past the deadline no post begins, and the rest is owed', async () => {
  let time = 0;
  const report = await postAll(connections(10), 'hi', {
    concurrency: 1,
    deadline: 4,
    now: () => time,
    post: async () => {
      time++;
      return { outcome: 'delivered' };
    },
  });
  assert.equal(report.delivered, 4);
  assert.equal(report.owed.length, 6);
});
