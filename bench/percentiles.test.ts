import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distributionOf, median } from './percentiles.ts';

test('percentiles are ranks of the sorted values', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.deepEqual(distributionOf(values), { samples: 100, p50: 50, p99: 99, max: 100 });
});

test('one value is every percentile', () => {
  assert.deepEqual(distributionOf([7.04]), { samples: 1, p50: 7, p99: 7, max: 7 });
});

test('infinity is larger than every value', () => {
  assert.deepEqual(distributionOf([1, Infinity, 2]), { samples: 3, p50: 2, p99: Infinity, max: Infinity });
});

test('the median of nothing is NaN', () => {
  assert.ok(Number.isNaN(median([])));
});
