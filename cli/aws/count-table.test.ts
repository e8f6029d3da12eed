import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { State } from './state.ts';
import { keptShards } from './count-table.ts';

const spreadOver = (shards: number): State => ({
  version: 4,
  outputs: { counter_shards: { value: shards } },
  resources: [],
});

test('keeps the deployed number of shards if the configuration names none', () => {
  assert.deepEqual(keptShards({}, spreadOver(16)), { counter_shards: 16 });
});

test('a configured number overrides it, and a first deploy uses the default', () => {
  assert.deepEqual(keptShards({ counterShards: 32 }, spreadOver(16)), {});
  assert.deepEqual(keptShards({}, undefined), {});
});
