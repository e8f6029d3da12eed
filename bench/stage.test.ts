/** The stage with its processes, before the plain server: what it reports is what has happened. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlainServer } from './processes/plain-server.ts';
import { startWorker } from './processes/worker.ts';
import { Stage } from './stage.ts';

test('an audience takes its seats, sees lone visits, and a storm', async (t) => {
  const server = await startWorker<PlainServer>('plain-server.ts');
  t.after(() => server.stop());
  const { webSocketUrl: url } = await server.call('start', undefined);
  const stage = await Stage.open({ url, hello: false });
  t.after(() => stage.close());

  await server.call('setSilent', true);
  assert.equal((await stage.seat(3)).opened, 3);
  await server.call('setSilent', false);
  const lone = await stage.loneVisits(2, 0);
  assert.equal(lone.seen.samples, 6, 'three viewers, two visits');
  assert.ok(lone.seenByAllMs > 0 && lone.seenByAllMs <= lone.seen.max);
  assert.equal(await server.call('count', undefined), 5);
  assert.equal(stage.count, 5);

  await stage.watchers.call('reset', undefined);
  const storm = { url, rate: 100, seconds: 0.1, hello: false };
  const { starts, refused } = await stage.visitors.call('storm', storm);
  assert.deepEqual([starts.length, refused], [10, 0]);
  stage.count += starts.length;
  assert.equal(await stage.agreed(10_000), true);
  const { received } = await stage.watchers.call('status', undefined);
  assert.equal(received, 30);
  const early = await stage.watchers.call('assess', { base: 5, starts });
  assert.equal(early.unseen, 0);

  const never = await stage.watchers.call('assess', { base: 15, starts: [starts[0]!] });
  assert.deepEqual(
    [never.unseen, never.p50],
    [3, Infinity],
    'what was never seen stays infinite between processes',
  );
});

test('a worker that fails says what failed', async (t) => {
  const server = await startWorker<PlainServer>('plain-server.ts');
  t.after(() => server.stop());
  await assert.rejects(server.call('start2' as 'start', undefined), /plain-server\.ts, start2/);
});
