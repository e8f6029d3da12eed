import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import { AsyncInvoker, type DroppedEvent } from './async-invocation.ts';
import type { FunctionError, InvocationResult } from './invocation.ts';

const EVENT = { functionName: 'greeter', requestId: 'request-1', payload: { name: 'Ada' } };
const FAILURE: FunctionError = { errorType: 'Error', errorMessage: 'no' };
const THROTTLE: FunctionError = { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' };

/** An invoker whose function answers as `outcomes` says, then succeeds for ever. */
function prepare(outcomes: (FunctionError | undefined)[], always?: FunctionError) {
  const clock = createManualClock();
  const attempts: number[] = [];
  const dropped: DroppedEvent[] = [];
  const startedAt = clock.now();
  const invoker = new AsyncInvoker({
    clock,
    async run(event): Promise<InvocationResult> {
      attempts.push(clock.now() - startedAt);
      const functionError = outcomes.shift() ?? always;
      return { requestId: event.requestId, durationMs: 1, ...(functionError && { functionError }) };
    },
    onDropped: (event) => dropped.push(event),
  });
  /** Runs what is due and lets the promises behind it settle. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { clock, attempts, dropped, invoker, settle };
}

test('an event that succeeds is run once', async () => {
  const { invoker, attempts, dropped, settle } = prepare([]);

  invoker.enqueue(EVENT);
  await settle();

  assert.deepEqual(attempts, [0]);
  assert.deepEqual(dropped, []);
  assert.equal(invoker.pending, 0);
});

test('a failing event is tried again after one and after two minutes, then given up', async () => {
  const { invoker, attempts, dropped, clock, settle } = prepare([], FAILURE);

  invoker.enqueue(EVENT);
  await settle();
  clock.advance(60_000);
  await settle();
  clock.advance(120_000);
  await settle();

  assert.deepEqual(attempts, [0, 60_000, 180_000]);
  assert.deepEqual(dropped, [
    {
      ...EVENT,
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
      lastResult: { requestId: 'request-1', durationMs: 1, functionError: FAILURE },
    },
  ]);
  assert.deepEqual(clock.pending(), []);
});

test('throttled attempts back off and do not use up the retries', async () => {
  const { invoker, attempts, dropped, clock, settle } = prepare([THROTTLE, THROTTLE, FAILURE]);

  invoker.enqueue(EVENT);
  for (const delay of [0, 1000, 2000, 60_000]) {
    clock.advance(delay);
    await settle();
  }

  assert.deepEqual(attempts, [0, 1000, 3000, 63_000]);
  assert.deepEqual(dropped, []);
});

test('an event that has been throttled for six hours is given up', async () => {
  const { invoker, attempts, dropped, clock, settle } = prepare([], THROTTLE);

  invoker.enqueue(EVENT);
  await settle();
  for (let wait = clock.pending()[0]; wait !== undefined; wait = clock.pending()[0]) {
    clock.advance(wait);
    await settle();
  }

  assert.equal(dropped[0]?.condition, 'EventAgeExceeded');
  assert.ok(attempts.at(-1)! <= 6 * 60 * 60 * 1000);
});

test('closing forgets what waits for another attempt', async () => {
  const { invoker, clock, settle } = prepare([], FAILURE);
  invoker.enqueue(EVENT);
  await settle();

  invoker.close();

  assert.equal(invoker.pending, 0);
  assert.deepEqual(clock.pending(), []);
});

test('an attempt that fails while the service closes is not tried again', async () => {
  const { invoker, attempts, clock, settle } = prepare([], FAILURE);

  invoker.enqueue(EVENT);
  invoker.close();
  await settle();

  assert.deepEqual(attempts, [0]);
  assert.deepEqual(clock.pending(), []);
});
