import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlainServer } from './processes/plain-server.ts';
import { startWorker } from './processes/worker.ts';
import { Crowd } from './crowd.ts';

test('reports what an audience sees of single visits and of a storm', async (t) => {
  const server = await startWorker<PlainServer>('plain-server.ts');
  t.after(() => server.stop());
  const { webSocketUrl: url } = await server.call('start', undefined);
  const crowd = await Crowd.open({ url, hello: false });
  t.after(() => crowd.close());

  await server.call('setSilent', true);
  assert.equal((await crowd.seat(3)).opened, 3);
  await server.call('setSilent', false);
  const lone = await crowd.loneVisits(2, 0);
  assert.equal(lone.seen.samples, 6, 'three viewers, two visits');
  assert.ok(lone.seenByAllMs > 0 && lone.seenByAllMs <= lone.seen.max);
  assert.equal(await server.call('count', undefined), 5);
  assert.equal(crowd.count, 5);

  await crowd.watchers.call('reset', undefined);
  const storm = { url, rate: 100, seconds: 0.1, hello: false };
  const { starts, refused } = await crowd.visitors.call('storm', storm);
  assert.deepEqual([starts.length, refused], [10, 0]);
  crowd.count += starts.length;
  assert.equal(await crowd.agreed(10_000), true);
  const { received } = await crowd.watchers.call('status', undefined);
  assert.equal(received, 30);
  const early = await crowd.watchers.call('assess', { base: 5, starts });
  assert.equal(early.unseen, 0);

  const never = await crowd.watchers.call('assess', { base: 15, starts: [starts[0]!] });
  assert.deepEqual(
    [never.unseen, never.p50],
    [3, Infinity],
    'a visit that was never seen stays infinite between processes',
  );
});

test('a worker names the call that failed', async (t) => {
  const server = await startWorker<PlainServer>('plain-server.ts');
  t.after(() => server.stop());
  await assert.rejects(server.call('start2' as 'start', undefined), /plain-server\.ts, start2/);
});
