import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS, resolveLimits } from './gateway-quotas.ts';

test('the defaults are the quotas that AWS publishes', () => {
  const { frameBytes, messageBytes, idleTimeout, connectionDuration, integrationTimeout } = DEFAULT_LIMITS;
  assert.deepEqual([frameBytes, messageBytes], [32_768, 131_072]);
  assert.deepEqual([idleTimeout, connectionDuration, integrationTimeout], [600_000, 7_200_000, 29_000]);
  const { connectionRate, accountRate, accountBurst } = DEFAULT_LIMITS;
  assert.deepEqual([connectionRate, accountRate, accountBurst], [500, 10_000, 5_000]);
});

test('an override replaces one limit only', () => {
  assert.deepEqual(resolveLimits({ idleTimeout: 5 }), { ...DEFAULT_LIMITS, idleTimeout: 5 });
});

test('a limit that is not a positive number is refused by name', () => {
  for (const value of [0, -1, Number.NaN]) {
    assert.throws(() => resolveLimits({ frameBytes: value }), /"frameBytes" is .*must be a positive number/);
  }
});
