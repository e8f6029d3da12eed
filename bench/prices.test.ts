import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dollarsPerMillion, NOTHING, sumOf } from './prices.ts';

test('a thousand posts for every visit are a thousand dollars for a million visits', () => {
  const consumption = { ...NOTHING, message: 5_000 };
  assert.deepEqual(dollarsPerMillion(consumption, 5), { ...NOTHING, message: 1_000, total: 1_000 });
});

test('consumptions add up', () => {
  assert.deepEqual(sumOf([{ message: 2 }], [{ message: 1, readUnit: 3 }, 2]), {
    ...NOTHING,
    message: 4,
    readUnit: 6,
  });
});
