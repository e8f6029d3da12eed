import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClock } from './clock.ts';

const SERVED = Date.UTC(2026, 10, 25, 12, 0, 5);
const DATE = new Date(SERVED).toUTCString();

/** The corrected time of a clock that is off by `skewMs`, for a request that took `tookMs`. */
function corrected(skewMs: number, { tookMs = 20, date = DATE } = {}): number {
  // DynamoDB answered in the middle of that second.
  let local = SERVED + 500 + skewMs;
  const clock = createClock(() => local);
  const sentAt = clock.localNow();
  local += tookMs;
  clock.observe(date, sentAt);
  return clock.now() - (SERVED + 500 + tookMs);
}

for (const skewMs of [0, 900, -900])
  test(`a clock that is off by ${skewMs} ms is left alone`, () => {
    assert.equal(corrected(skewMs), skewMs);
  });

for (const minutes of [-20, -5, 5, 20])
  test(`a clock that is off by ${minutes} minutes is corrected`, () => {
    assert.ok(Math.abs(corrected(minutes * 60_000)) < 1_000);
  });

test('a slow answer does not look like a wrong clock', () => {
  assert.equal(corrected(0, { tookMs: 30_000 }), 0);
});

test('a clock that is right again is left alone', () => {
  let local = SERVED + 600_000;
  const clock = createClock(() => local);
  clock.observe(DATE, local);
  local = SERVED + 200;
  clock.observe(DATE, local);
  assert.equal(clock.now(), local);
});

test('ignores an unreadable date', () => {
  for (const date of ['', 'yesterday']) assert.equal(corrected(600_000, { date }), 600_000);
});
