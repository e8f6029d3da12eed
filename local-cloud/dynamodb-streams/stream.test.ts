import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ShardCheckpoint } from './checkpoints.ts';
import { readableShards, ShardCursor, type StreamSource } from './stream.ts';
import { databaseError, lastPage, page, scriptedSource } from './testing/doubles.ts';

const SIGNAL = new AbortController().signal;

const shard = (ShardId: string, ParentShardId?: string) => ({
  ShardId,
  ...(ParentShardId && { ParentShardId }),
});

for (const [name, shards, finished, readable] of [
  ['a shard without a parent is readable', [shard('a')], '', 'a'],
  ['a child waits for its parent', [shard('a'), shard('b', 'a')], '', 'a'],
  [
    'both children of a finished parent are readable',
    [shard('a'), shard('b', 'a'), shard('c', 'a')],
    'a',
    'b c',
  ],
  ['a child whose parent was trimmed is readable', [shard('b', 'gone')], '', 'b'],
  ['a chain is read link by link', [shard('c', 'b'), shard('b', 'a'), shard('a')], 'a', 'b'],
  ['a finished shard is not read again', [shard('a')], 'a', ''],
] as const)
  test(name, () => {
    assert.equal(readableShards(shards, (shardId) => shardId === finished).join(' '), readable);
  });

function cursorOver(source: StreamSource, checkpoint?: ShardCheckpoint) {
  const cursor = new ShardCursor(source, 'arn', 'shard-1', checkpoint);
  const read = async () => (await cursor.read(SIGNAL)).map((record) => record.dynamodb?.SequenceNumber);
  return { cursor, read };
}

test('a new shard is read page by page with one iterator, from its start to its end', async () => {
  const source = scriptedSource([page('1 2'), page(''), lastPage('3')]);
  const { cursor, read } = cursorOver(source);

  assert.deepEqual([await read(), await read(), cursor.ended], [['1', '2'], [], false]);
  assert.deepEqual([await read(), cursor.ended], [['3'], true]);

  assert.deepEqual(source.positions, ['TRIM_HORIZON']);
});

test('after an error the next read takes a new iterator behind the last record', async () => {
  const source = scriptedSource([page('1 2'), databaseError('ExpiredIteratorException'), page('3')]);
  const { read } = cursorOver(source);
  await read();

  await assert.rejects(read(), { name: 'ExpiredIteratorException' });

  assert.deepEqual(await read(), ['3']);
  assert.deepEqual(source.positions, ['TRIM_HORIZON', 'after 2']);
});

test('if the records behind the checkpoint were trimmed, reading continues with the oldest', async () => {
  const source = scriptedSource([databaseError('TrimmedDataAccessException'), page('9')]);
  const { read } = cursorOver(source, { sequenceNumber: '2' });

  await assert.rejects(read(), { name: 'TrimmedDataAccessException' });

  assert.deepEqual(await read(), ['9']);
  assert.deepEqual(source.positions, ['after 2', 'TRIM_HORIZON']);
});
