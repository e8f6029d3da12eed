import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readableShards } from './stream-source.ts';

const shard = (ShardId: string, ParentShardId?: string) => ({
  ShardId,
  ...(ParentShardId && { ParentShardId }),
});

const cases: { name: string; shards: ReturnType<typeof shard>[]; finished?: string[]; readable: string[] }[] =
  [
    { name: 'a shard without a parent', shards: [shard('a')], readable: ['a'] },
    { name: 'a child waits for its parent', shards: [shard('a'), shard('b', 'a')], readable: ['a'] },
    {
      name: 'both children of a finished parent',
      shards: [shard('a'), shard('b', 'a'), shard('c', 'a')],
      finished: ['a'],
      readable: ['b', 'c'],
    },
    { name: 'a child whose parent has been trimmed', shards: [shard('b', 'gone')], readable: ['b'] },
    {
      name: 'a chain is read link by link',
      shards: [shard('c', 'b'), shard('b', 'a'), shard('a')],
      finished: ['a'],
      readable: ['b'],
    },
    { name: 'nothing is read twice', shards: [shard('a')], finished: ['a'], readable: [] },
  ];
for (const { name, shards, finished = [], readable } of cases) {
  test(name, () => {
    assert.deepEqual(
      readableShards(shards, (shardId) => finished.includes(shardId)),
      readable,
    );
  });
}
