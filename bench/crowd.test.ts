import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlainServer } from './processes/plain-server.ts';
import { startWorker, stopWorkers } from './processes/worker.ts';
import { openCrowd } from './crowd.ts';

test('reports what an audience sees of single visits and of a storm', async (t) => {
  const server = await startWorker<PlainServer>('plain-server.ts');
  t.after(() => server.stop());
  const { webSocketUrl: url } = await server.call('start', undefined);
  const crowd = await openCrowd({ url, hello: false });
  t.after(() => crowd.close());

  await server.call('setSilent', true);
  assert.equal((await crowd.seat(3)).opened, 3);
  await server.call('setSilent', false);
  const lone = await crowd.loneVisits(2, 0);
  assert.equal(lone.seen.samples, 6, 'three viewers, two visits');
  assert.ok(lone.seenByAllMs > 0 && lone.seenByAllMs <= lone.seen.max);
  assert.equal(await server.call('count', undefined), 5);

  const storm = await crowd.storm({ rate: 100, seconds: 0.1, patienceMs: 10_000 });
  assert.deepEqual([storm.visits, storm.refused, storm.received, storm.seen.unseen], [10, 0, 30, 0]);
  assert.ok(storm.agreedMs! > 0);

  const never = await crowd.watchers.call('assess', { base: 15, starts: [0] });
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

test('a call to a worker that has ended fails, and so does a new worker once all are stopped', async () => {
  const server = await startWorker<PlainServer>('plain-server.ts');
  const url = server.call('start', undefined);
  stopWorkers();
  await assert.rejects(url, /plain-server\.ts, start: plain-server\.ts has ended/);
  await server.stop();
  await assert.rejects(server.call('count', undefined), /plain-server\.ts has ended/);
  await assert.rejects(startWorker<PlainServer>('plain-server.ts'), /was stopped/);
});
