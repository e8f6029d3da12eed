import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDuration } from './duration.ts';

test('seconds, minutes, hours and days', () => {
  assert.deepEqual(
    ['90s', '15m', '1h', '7d'].map((text) => readDuration('--since', text)),
    [90_000, 900_000, 3_600_000, 604_800_000],
  );
});

for (const text of ['', '1', 'h', '0h', '-1h', '1.5h', '1w', '9999999h'])
  test(`${JSON.stringify(text)} is refused`, () => {
    assert.throws(() => readDuration('--since', text), {
      name: 'UserError',
      message: `--since is ${JSON.stringify(text)}.`,
    });
  });
