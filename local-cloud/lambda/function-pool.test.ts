import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import { functionBundle } from './testing/function-bundle.ts';
import { HELD, holding, startLambda } from './testing/start-lambda.ts';

const HOLDING = `${HELD} export const handler = async ({ name }) => { await held(name); return process.pid }`;

test('an environment handles one event at a time, and a second event gets a second environment', async (t) => {
  const lambda = startLambda(t, functionBundle(t, HOLDING));
  const first = lambda.invoke('greeter', { name: 'first' });
  const releaseFirst = await holding(lambda, 'first');
  const second = lambda.invoke('greeter', { name: 'second' });
  const releaseSecond = await holding(lambda, 'second');

  assert.deepEqual(lambda.status().functions['greeter'], { idle: 0, busy: 2, starting: 0, queued: 0 });
  releaseSecond();
  releaseFirst();

  assert.notEqual((await first).payload, (await second).payload);
});

test('beyond the concurrency events wait in line, and beyond the line they are throttled', async (t) => {
  const lambda = startLambda(t, functionBundle(t, HOLDING), { maxConcurrency: 1, maxQueueLength: 1 });
  const running = lambda.invoke('greeter', { name: 'running' });
  const release = await holding(lambda, 'running');
  const waiting = lambda.invoke('greeter', { name: 'waiting' });

  const refused = await lambda.invoke('greeter', { name: 'refused' });

  assert.deepEqual(refused.functionError, {
    errorType: 'TooManyRequestsException',
    errorMessage: 'Rate Exceeded.',
  });
  assert.deepEqual(lambda.status().functions['greeter'], { idle: 0, busy: 1, starting: 0, queued: 1 });
  release();
  (await holding(lambda, 'waiting'))();
  assert.equal((await waiting).payload, (await running).payload, 'the same environment');
});

test('events that wait while environments start are all served', async (t) => {
  const lambda = startLambda(t, functionBundle(t, 'export const handler = async (n) => n'), {
    maxConcurrency: 3,
  });

  const results = await Promise.all(Array.from({ length: 50 }, (_, n) => lambda.invoke('greeter', n)));

  assert.deepEqual(
    results.map((result) => result.payload),
    Array.from({ length: 50 }, (_, n) => n),
  );
  const { idle, busy } = lambda.status().functions['greeter']!;
  assert.equal(busy, 0);
  assert.ok(idle <= 3, `${idle} environments`);
});

test('every event of a function that never loads fails, none waits for ever', async (t) => {
  const lambda = startLambda(t, functionBundle(t, 'throw new Error("broken")'), { maxConcurrency: 2 });

  const results = await Promise.all(Array.from({ length: 5 }, () => lambda.invoke('greeter', {})));

  assert.deepEqual(
    results.map((result) => result.functionError?.errorMessage),
    Array(5).fill('broken'),
  );
});

test('warm environments take the first events without a cold start', async (t) => {
  const lambda = startLambda(t, functionBundle(t, 'export const handler = async () => process.pid'));

  assert.deepEqual(await Promise.all([lambda.warm('greeter', 2), lambda.warm('greeter')]), [
    undefined,
    undefined,
  ]);

  assert.deepEqual(lambda.status().functions['greeter'], { idle: 2, busy: 0, starting: 0, queued: 0 });
  await lambda.invoke('greeter', {});
  assert.equal(lambda.status().functions['greeter']?.idle, 2);
});

test('idle environments that a burst has left over go after a while; the last one stays', async (t) => {
  const clock = createManualClock();
  const lambda = startLambda(t, functionBundle(t, 'export const handler = async () => 1'), {
    clock,
    idleTimeoutMs: 60_000,
  });
  await lambda.warm('greeter', 3);

  clock.advance(59_999);
  assert.equal(lambda.status().functions['greeter']?.idle, 3);
  clock.advance(1);

  assert.equal(lambda.status().functions['greeter']?.idle, 1);
  assert.equal((await lambda.invoke('greeter', {})).payload, 1);
});

test('an environment that dies between two events is replaced', async (t) => {
  const code = `export const handler = async ({ dying }) => { if (dying) setImmediate(() => process.exit(1)); return process.pid }`;
  const lambda = startLambda(t, functionBundle(t, code));
  const { payload: first } = await lambda.invoke('greeter', { dying: true });

  const next = await lambda.invoke('greeter', {});
  const last = next.functionError ? await lambda.invoke('greeter', {}) : next;

  assert.ok(last.payload && last.payload !== first);
});

test('closing lets running events finish and refuses the others', async (t) => {
  const lambda = startLambda(t, functionBundle(t, HOLDING), { maxConcurrency: 1 });
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

test('closing ends what is still running after the grace', async (t) => {
  const clock = createManualClock();
  const lambda = startLambda(t, functionBundle(t, HOLDING, { timeout: 900 }), { clock });
  const running = lambda.invoke('greeter', { name: 'running' });
  await holding(lambda, 'running');

  const closed = lambda.close(5000);
  clock.advance(5000);
  await closed;

  assert.equal((await running).functionError?.errorType, 'Runtime.ExitError');
});

test('closing while an environment starts leaves no process behind', async (t) => {
  const lambda = startLambda(t, functionBundle(t, 'export const handler = async () => 1'));
  const invoked = lambda.invoke('greeter', {});

  await lambda.close();

  assert.equal((await invoked).functionError?.errorType, 'ServiceException');
  assert.deepEqual(lambda.status().functions['greeter'], { idle: 0, busy: 0, starting: 0, queued: 0 });
});

test('a reload while events are queued serves them with the new code', async (t) => {
  const lambda = startLambda(
    t,
    functionBundle(
      t,
      `${HELD} export const handler = async ({ name }) => { if (name) await held(name); return process.env.V }`,
      {
        environment: { V: 'old' },
      },
    ),
    { maxConcurrency: 1 },
  );
  const running = lambda.invoke('greeter', { name: 'running' });
  const release = await holding(lambda, 'running');
  const queued = lambda.invoke('greeter', {});

  const reloaded = lambda.reload('greeter', { environment: { V: 'new' } });

  assert.equal((await queued).payload, 'new');
  release();
  await reloaded;
  assert.equal((await running).payload, 'old');
});
