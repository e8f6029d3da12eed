import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import { functionBundle } from './testing/function-bundle.ts';
import { HELD, holding, startLambda } from './testing/start-lambda.ts';

const HOLDING = `${HELD} export const handler = async ({ name }) => { await held(name); return process.pid }`;

test('an environment handles one event at a time; a concurrent event gets another environment', async (t) => {
  const lambda = startLambda(t, functionBundle(HOLDING));
  const first = lambda.invoke('greeter', { name: 'first' });
  const releaseFirst = await holding(lambda, 'first');
  const second = lambda.invoke('greeter', { name: 'second' });
  const releaseSecond = await holding(lambda, 'second');

  assert.deepEqual(lambda.status('greeter'), { idle: 0, busy: 2, starting: 0, queued: 0 });
  releaseSecond();
  releaseFirst();

  assert.notEqual((await first).payload, (await second).payload);
});

test('events beyond the concurrency queue, and events beyond the queue are throttled', async (t) => {
  const lambda = startLambda(t, functionBundle(HOLDING), { maxConcurrency: 1, maxQueueLength: 1 });
  const running = lambda.invoke('greeter', { name: 'running' });
  const release = await holding(lambda, 'running');
  const waiting = lambda.invoke('greeter', { name: 'waiting' });

  const refused = await lambda.invoke('greeter', { name: 'refused' });

  assert.deepEqual(refused.functionError, {
    errorType: 'TooManyRequestsException',
    errorMessage: 'Rate Exceeded.',
  });
  assert.deepEqual(lambda.status('greeter'), { idle: 0, busy: 1, starting: 0, queued: 1 });
  release();
  (await holding(lambda, 'waiting'))();
  assert.equal((await waiting).payload, (await running).payload, 'the same environment');
});

test('all events that wait for starting environments are handled', async (t) => {
  const lambda = startLambda(t, functionBundle('export const handler = async (n) => n'), {
    maxConcurrency: 3,
  });

  const results = await Promise.all(Array.from({ length: 50 }, (_, n) => lambda.invoke('greeter', n)));

  assert.deepEqual(
    results.map((result) => result.payload),
    Array.from({ length: 50 }, (_, n) => n),
  );
  const { idle, busy } = lambda.status('greeter');
  assert.equal(busy, 0);
  assert.ok(idle <= 3, `${idle} environments`);
});

test('every event of a function that cannot be loaded fails', async (t) => {
  const lambda = startLambda(t, functionBundle('throw new Error("broken")'), { maxConcurrency: 2 });

  const results = await Promise.all(Array.from({ length: 5 }, () => lambda.invoke('greeter', {})));

  assert.deepEqual(
    results.map((result) => result.functionError?.errorMessage),
    Array(5).fill('broken'),
  );
});

test('a warm environment takes the first event', async (t) => {
  const lambda = startLambda(t, functionBundle('export const handler = async () => 1'));

  assert.deepEqual(await Promise.all([lambda.warm('greeter'), lambda.warm('greeter')]), [
    undefined,
    undefined,
  ]);

  assert.deepEqual(lambda.status('greeter'), { idle: 1, busy: 0, starting: 0, queued: 0 });
  await lambda.invoke('greeter', {});
  assert.equal(lambda.status('greeter').idle, 1);
});

test('idle environments end after a while, except the last', async (t) => {
  const clock = createManualClock();
  const lambda = startLambda(t, functionBundle(HOLDING), { clock, idleTimeoutMs: 60_000 });
  const names = ['a', 'b', 'c'];
  const running = names.map((name) => lambda.invoke('greeter', { name }));
  for (const release of await Promise.all(names.map((name) => holding(lambda, name)))) release();
  await Promise.all(running);

  clock.advance(59_999);
  assert.equal(lambda.status('greeter').idle, 3);
  clock.advance(1);

  assert.equal(lambda.status('greeter').idle, 1);
});

test('an environment that exits between events is replaced', async (t) => {
  const code = `export const handler = async ({ dying }) => { if (dying) setImmediate(() => process.exit(1)); return process.pid }`;
  const lambda = startLambda(t, functionBundle(code));
  const { payload: first } = await lambda.invoke('greeter', { dying: true });

  const next = await lambda.invoke('greeter', {});
  const last = next.functionError ? await lambda.invoke('greeter', {}) : next;

  assert.ok(last.payload && last.payload !== first);
});

test('close lets running events finish and refuses others', async (t) => {
  const lambda = startLambda(t, functionBundle(HOLDING), { maxConcurrency: 1 });
  const running = lambda.invoke('greeter', { name: 'running' });
  const release = await holding(lambda, 'running');
  const waiting = lambda.invoke('greeter', { name: 'waiting' });

  const closed = lambda.close(60_000);
  assert.equal((await waiting).functionError?.errorType, 'ServiceException');
  assert.equal((await lambda.invoke('greeter', {})).functionError?.errorType, 'ServiceException');
  release();
  await closed;

  assert.ok((await running).payload);
});

test('close kills what still runs after the grace period', async (t) => {
  const clock = createManualClock();
  const lambda = startLambda(t, functionBundle(HOLDING, { timeout: 900 }), { clock });
  const running = lambda.invoke('greeter', { name: 'running' });
  await holding(lambda, 'running');

  const closed = lambda.close(5000);
  clock.advance(5000);
  await closed;

  assert.equal((await running).functionError?.errorType, 'Runtime.ExitError');
});

test('close during a start leaves no process behind', async (t) => {
  const lambda = startLambda(t, functionBundle('export const handler = async () => 1'));
  const invoked = lambda.invoke('greeter', {});

  await lambda.close();

  assert.equal((await invoked).functionError?.errorType, 'ServiceException');
  assert.deepEqual(lambda.status('greeter'), { idle: 0, busy: 0, starting: 0, queued: 0 });
});

test('a reload gives queued events the new code', async (t) => {
  const fn = functionBundle(HOLDING);
  const lambda = startLambda(t, fn, { maxConcurrency: 1 });
  const running = lambda.invoke('greeter', { name: 'running' });
  const release = await holding(lambda, 'running');
  const queued = lambda.invoke('greeter', {});

  writeFileSync(join(fn.codeDirectory, 'index.mjs'), "export const handler = async () => 'new'");
  const reloaded = lambda.reload('greeter');

  assert.equal((await queued).payload, 'new');
  release();
  await reloaded;
  assert.notEqual((await running).payload, 'new');
});
