import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import { TokenBucket } from './throttle.ts';

function takeAll(bucket: TokenBucket): number {
  let taken = 0;
  while (bucket.take()) taken += 1;
  return taken;
}

test('a bucket starts full, refills at its rate and never holds more than its burst', () => {
  const clock = createManualClock();
  const bucket = new TokenBucket(10, 25, clock);
  assert.equal(takeAll(bucket), 25);
  for (const [elapsed, tokens] of [
    [99, 0],
    [1, 1],
    [1500, 15],
    [60_000, 25],
  ] as const) {
    clock.advance(elapsed);
    assert.equal(takeAll(bucket), tokens, `after ${elapsed} ms`);
  }
});

test('throttled attempts do not delay the next token', () => {
  const clock = createManualClock();
  const bucket = new TokenBucket(1, 1, clock);
  bucket.take();
  for (let i = 0; i < 1999; i += 1) {
    clock.advance(0.5);
    assert.equal(bucket.take(), false);
  }
  clock.advance(1);
  assert.equal(bucket.take(), true);
});

test('a clock that is set back neither fills nor empties the bucket', () => {
  let now = 1_000_000;
  const bucket = new TokenBucket(10, 2, { now: () => now });
  assert.equal(bucket.take(), true);
  now -= 500_000;
  assert.equal(takeAll(bucket), 1);
});
