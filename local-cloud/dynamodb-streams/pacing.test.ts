import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import { IdlePause, pause } from './pacing.ts';

const RUNNING = new AbortController().signal;

/** Lets a pause pass. @returns its length */
async function passed(clock: ReturnType<typeof createManualClock>, wait: Promise<void>): Promise<number> {
  const length = clock.pending()[0] ?? 0;
  clock.advance(length);
  await wait;
  return length;
}

test('a pause ends with its time or with the stop, and leaves no timer behind', async () => {
  const clock = createManualClock();
  const stopping = new AbortController();
  const first = pause(clock, 100, stopping.signal);
  clock.advance(100);
  const second = pause(clock, 100, stopping.signal);
  stopping.abort();

  assert.deepEqual([await first, await second], [true, false]);
  assert.equal(await pause(clock, 100, stopping.signal), false);
  assert.deepEqual(clock.pending(), []);
});

test('idle pauses double up to the maximum, and are short again after records', async () => {
  const clock = createManualClock();
  const idle = new IdlePause(clock, { min: 5, max: 30 });
  const lengths: number[] = [];

  for (let i = 0; i < 5; i++) lengths.push(await passed(clock, idle.wait(RUNNING)));
  idle.reset();
  lengths.push(await passed(clock, idle.wait(RUNNING)));

  assert.deepEqual(lengths, [5, 10, 20, 30, 30, 5]);
});

test('a wake ends the current pause, or skips the next one', async () => {
  const clock = createManualClock();
  const idle = new IdlePause(clock, { min: 5, max: 30 });
  const waiting = idle.wait(RUNNING);

  idle.wake();
  await waiting;
  idle.wake();
  await idle.wait(RUNNING);

  assert.deepEqual(clock.pending(), []);
  assert.equal(await passed(clock, idle.wait(RUNNING)), 5, 'pauses again after that');
});
