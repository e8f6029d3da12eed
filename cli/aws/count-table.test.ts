import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { State } from './state.ts';
import { keptShards } from './count-table.ts';

const spreadOver = (shards: number): State => ({
  version: 4,
  outputs: { counter_shards: { value: shards } },
  resources: [],
});

test('a number of shards that is taken out of the configuration stays as it is deployed', () => {
  assert.deepEqual(keptShards({}, spreadOver(16)), { counter_shards: 16 });
});

test('a number that is given goes before, and a first deploy has the default', () => {
  assert.deepEqual(keptShards({ counterShards: 32 }, spreadOver(16)), {});
  assert.deepEqual(keptShards({}, undefined), {});
});
