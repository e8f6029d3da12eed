import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latenciesOf } from './viewer.ts';

test('a visit is seen with the first count that includes it', () => {
  const viewer = { counts: [11, 13], times: [105, 130] };
  assert.deepEqual(latenciesOf(viewer, 10, [100, 110, 120]), [5, 20, 10]);
});

test('a visit that was not shown is not seen', () => {
  assert.deepEqual(latenciesOf({ counts: [11], times: [105] }, 10, [100, 110]), [5, Infinity]);
});
