import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import { TokenBucket } from './throttle.ts';

function takeAll(bucket: TokenBucket): number {
  let taken = 0;
  while (bucket.take()) taken += 1;
  return taken;
}

test('a full bucket gives its burst at once', () => {
  const clock = createManualClock();
  const bucket = new TokenBucket(10, 25, clock.now);
  assert.equal(takeAll(bucket), 25);
});

test('an empty bucket fills at its rate', () => {
  const clock = createManualClock();
  const bucket = new TokenBucket(10, 25, clock.now);
  takeAll(bucket);
  clock.advance(99);
  assert.equal(takeAll(bucket), 0);
  clock.advance(1);
  assert.equal(takeAll(bucket), 1);
  clock.advance(1500);
  assert.equal(takeAll(bucket), 15);
});

test('a bucket never holds more than its burst', () => {
  const clock = createManualClock();
  const bucket = new TokenBucket(10, 25, clock.now);
  takeAll(bucket);
  clock.advance(60_000);
  assert.equal(takeAll(bucket), 25);
});

test('many refused attempts do not delay the next token', () => {
  const clock = createManualClock();
  const bucket = new TokenBucket(1, 1, clock.now);
  bucket.take();
  for (let i = 0; i < 1000; i += 1) {
    clock.advance(0.5);
    bucket.take();
  }
  clock.advance(500);
  assert.equal(bucket.take(), true);
});

test('a clock that is set back neither fills nor empties the bucket', () => {
  let now = 1_000_000;
  const bucket = new TokenBucket(10, 2, () => now);
  assert.equal(bucket.take(), true);
  now -= 500_000;
  assert.equal(takeAll(bucket), 1);
});
