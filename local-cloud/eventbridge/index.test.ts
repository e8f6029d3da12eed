import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InvocationResult } from '../invocation.ts';
import { createManualClock } from '../manual-clock.ts';
import { createSchedule } from './index.ts';

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
  const schedule = createSchedule({
    schedule: SCHEDULE,
    clock,
    async invoke(functionName, event) {
      calls.push({ at: (clock.now() - startedAt) / 1000, functionName, event });
      return { requestId: 'request-1', durationMs: 1, ...(await answer()) };
    },
    log: (level, message) => messages.push(`${level}: ${message}`),
  });
  return { clock, calls, messages, schedule, seconds: () => calls.map((call) => call.at) };
}

test('invokes the function once per period, first after one period', async () => {
  const { clock, calls, schedule, seconds } = prepare();
  schedule.start();
  schedule.start();

  clock.advance(59_999);
  assert.deepEqual(calls, []);
  clock.advance(120_001);

  assert.deepEqual(seconds(), [60, 120, 180]);
  assert.deepEqual(calls[0], { at: 60, functionName: 'broadcaster', event: { source: 'schedule' } });
  await schedule.stop();
});

test('an invocation that hangs does not delay the next one', async () => {
  const { clock, schedule, seconds } = prepare(() => new Promise(() => {}));
  schedule.start();

  clock.advance(120_000);

  assert.deepEqual(seconds(), [60, 120]);
});

test('skips missed periods', async () => {
  const clock = createManualClock();
  let invocations = 0;
  let asleepMs = 0;
  const schedule = createSchedule({
    schedule: SCHEDULE,
    clock: { ...clock, now: () => clock.now() + asleepMs },
    async invoke() {
      invocations += 1;
      return { requestId: 'request-1', durationMs: 1 };
    },
    log: () => {},
  });
  schedule.start();

  asleepMs = 10 * 60_000;
  clock.advance(60_000);

  assert.equal(invocations, 1);
  assert.deepEqual(clock.pending(), [60_000]);
  await schedule.stop();
});

for (const [what, answer, cause] of [
  [
    'a function that fails',
    async () => ({ functionError: { errorType: 'Error', errorMessage: 'no table' } }),
    'Error no table',
  ],
  ['a call that fails', () => Promise.reject(new Error('gone')), 'Error: gone'],
] as const)
  test(`${what} is logged with its cause, and the schedule continues`, async () => {
    const { clock, messages, schedule, seconds } = prepare(answer);
    schedule.start();

    clock.advance(120_000);
    await schedule.stop();

    assert.deepEqual(seconds(), [60, 120]);
    assert.equal(messages[0], `warn: broadcaster, invoked by every-minute, failed: ${cause}`);
  });

test('a stop waits for running invocations, and starts no others', async () => {
  let finish = () => {};
  const { clock, schedule, seconds } = prepare(() => new Promise((resolve) => (finish = () => resolve({}))));
  schedule.start();
  clock.advance(60_000);
  let stopped = false;

  const stopping = schedule.stop().then(() => (stopped = true));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(stopped, false);
  finish();
  await stopping;
  clock.advance(600_000);

  assert.deepEqual(seconds(), [60]);
  assert.deepEqual(clock.pending(), []);
});
