import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latenciesOf } from './viewer.ts';

test('a visit is seen with the first count that holds it', () => {
  const viewer = { counts: [11, 13], times: [105, 130] };
  assert.deepEqual(latenciesOf(viewer, 10, [100, 110, 120]), [5, 20, 10]);
});

test('what was not shown yet has not been seen', () => {
  assert.deepEqual(latenciesOf({ counts: [11], times: [105] }, 10, [100, 110]), [5, Infinity]);
});
