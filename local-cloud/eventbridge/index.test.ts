import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InvocationResult } from '../invocation.ts';
import { createManualClock } from '../manual-clock.ts';
import { startSchedule } from './index.ts';

const SCHEDULE = {
  name: 'every-minute',
  functionName: 'broadcaster',
  rateInSeconds: 60,
  input: { source: 'schedule' },
};

function prepare(answer: () => Promise<Partial<InvocationResult>> = async () => ({})) {
  const clock = createManualClock();
  const startedAt = clock.now();
  const calls: { at: number; functionName: string; event: unknown }[] = [];
  const messages: string[] = [];
  let asleepMs = 0;
  const stop = startSchedule({
    schedule: SCHEDULE,
    clock: { ...clock, now: () => clock.now() + asleepMs },
    async invoke(functionName, event) {
      calls.push({ at: (clock.now() - startedAt) / 1000, functionName, event });
      return { requestId: 'request-1', durationMs: 1, ...(await answer()) };
    },
    log: (level, message) => messages.push(`${level}: ${message}`),
  });
  const sleep = (milliseconds: number) => void (asleepMs += milliseconds);
  return { clock, calls, messages, stop, sleep, seconds: () => calls.map((call) => call.at) };
}

test('invokes the function once per period, first after one period', () => {
  const { clock, calls, seconds } = prepare();

  clock.advance(59_999);
  assert.deepEqual(calls, []);
  clock.advance(120_001);

  assert.deepEqual(seconds(), [60, 120, 180]);
  assert.deepEqual(calls[0], { at: 60, functionName: 'broadcaster', event: { source: 'schedule' } });
});

test('an invocation that hangs does not delay the next one', () => {
  const { clock, seconds } = prepare(() => new Promise(() => {}));

  clock.advance(120_000);

  assert.deepEqual(seconds(), [60, 120]);
});

test('skips missed periods', () => {
  const { clock, calls, sleep } = prepare();

  sleep(10 * 60_000);
  clock.advance(60_000);

  assert.equal(calls.length, 1);
  assert.deepEqual(clock.pending(), [60_000]);
});

test('a function that fails is logged with its cause, and the schedule continues', async () => {
  const functionError = { errorType: 'Error', errorMessage: 'no table' };
  const { clock, messages, stop, seconds } = prepare(async () => ({ functionError }));

  clock.advance(120_000);
  await new Promise((resolve) => setImmediate(resolve));
  stop();
  clock.advance(600_000);

  assert.deepEqual(seconds(), [60, 120]);
  assert.equal(messages[0], 'warn: broadcaster, invoked by every-minute, failed: Error no table');
  assert.deepEqual(clock.pending(), []);
});
