import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import type { FunctionError } from '../invocation.ts';
import { AsyncInvoker } from './async-invocation.ts';

const FAILURE: FunctionError = { errorType: 'Error', errorMessage: 'no' };
const THROTTLE: FunctionError = { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' };
const HOUR = 60 * 60_000;

/** An event whose attempts end as `outcomes` says, and then as `always`. */
function enqueue(outcomes: FunctionError[], always?: FunctionError) {
  const clock = createManualClock();
  const startedAt = clock.now();
  const attempts: number[] = [];
  const givenUp: string[] = [];
  const invoker = new AsyncInvoker({ clock, onGivenUp: ({ requestId }) => givenUp.push(requestId) });
  invoker.enqueue(async () => {
    attempts.push(clock.now() - startedAt);
    const functionError = outcomes.shift() ?? always;
    return { requestId: 'request-1', durationMs: 1, ...(functionError && { functionError }) };
  });
  /** Runs what is due and lets the promises behind it settle. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    invoker,
    clock,
    attempts,
    givenUp,
    settle,
    async runToEnd() {
      await settle();
      for (let wait = clock.pending()[0]; wait !== undefined; wait = clock.pending()[0]) {
        clock.advance(wait);
        await settle();
      }
    },
  };
}

for (const [name, event, expectedAttempts, isGivenUp] of [
  ['succeeds: one attempt', enqueue([]), [0], false],
  ['fails: retries after one and two minutes', enqueue([], FAILURE), [0, 60_000, 180_000], true],
  [
    'is throttled: backs off without using up the retries',
    enqueue([THROTTLE, THROTTLE, FAILURE]),
    [0, 1000, 3000, 63_000],
    false,
  ],
] as const) {
  test(`an event that ${name}`, async () => {
    await event.runToEnd();
    assert.deepEqual(event.attempts, expectedAttempts);
    assert.deepEqual(event.givenUp, isGivenUp ? ['request-1'] : []);
  });
}

test('an event that is throttled for six hours is given up', async () => {
  const event = enqueue([], THROTTLE);
  await event.runToEnd();
  assert.deepEqual(event.givenUp, ['request-1']);
  assert.ok(event.attempts.at(-1)! <= 6 * HOUR);
});

test('closing drops retries, those of running attempts included', async () => {
  const waiting = enqueue([], FAILURE);
  await waiting.settle();
  waiting.invoker.close();
  const running = enqueue([], FAILURE);
  running.invoker.close();
  await running.settle();
  for (const { clock, attempts } of [waiting, running]) {
    assert.deepEqual(attempts, [0]);
    assert.deepEqual(clock.pending(), []);
  }
});
