import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distributionOf } from './percentiles.ts';

const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
for (const [what, values, p50, p99, max] of [
  ['ranks of the sorted values', hundred, 50, 99, 100],
  ['the only value', [7.04], 7, 7, 7],
  ['infinite where a value is', [1, Infinity, 2], 2, Infinity, Infinity],
  ['NaN without values', [], NaN, NaN, NaN],
] as const)
  test(`percentiles are ${what}`, () =>
    assert.deepEqual(distributionOf(values), { samples: values.length, p50, p99, max }));
