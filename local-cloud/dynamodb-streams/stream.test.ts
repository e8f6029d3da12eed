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

const cases: { name: string; shards: ReturnType<typeof shard>[]; finished?: string[]; readable: string[] }[] =
  [
    { name: 'a shard without a parent is readable', shards: [shard('a')], readable: ['a'] },
    { name: 'a child waits for its parent', shards: [shard('a'), shard('b', 'a')], readable: ['a'] },
    {
      name: 'both children of a finished parent are readable',
      shards: [shard('a'), shard('b', 'a'), shard('c', 'a')],
      finished: ['a'],
      readable: ['b', 'c'],
    },
    { name: 'a child whose parent was trimmed is readable', shards: [shard('b', 'gone')], readable: ['b'] },
    {
      name: 'a chain is read link by link',
      shards: [shard('c', 'b'), shard('b', 'a'), shard('a')],
      finished: ['a'],
      readable: ['b'],
    },
    { name: 'a finished shard is not read again', shards: [shard('a')], finished: ['a'], readable: [] },
  ];
for (const { name, shards, finished = [], readable } of cases) {
  test(name, () => {
    assert.deepEqual(
      readableShards(shards, (shardId) => finished.includes(shardId)),
      readable,
    );
  });
}

function cursorOver(source: StreamSource, checkpoint?: ShardCheckpoint) {
  const cursor = new ShardCursor(source, 'arn', 'shard-1', checkpoint);
  const read = async () => (await cursor.read(SIGNAL)).map((record) => record.dynamodb?.SequenceNumber);
  return { cursor, read };
}

test('a new shard is read page by page with one iterator, from its start to its end', async () => {
  const source = scriptedSource([page(['1', '2']), page([]), lastPage(['3'])]);
  const { cursor, read } = cursorOver(source);

  assert.deepEqual([await read(), await read(), cursor.ended], [['1', '2'], [], false]);
  assert.deepEqual([await read(), cursor.ended], [['3'], true]);

  assert.deepEqual(source.positions, ['TRIM_HORIZON']);
});

test('a restart begins behind the checkpoint', async () => {
  const source = scriptedSource([]);

  await cursorOver(source, { sequenceNumber: '7' }).read();

  assert.deepEqual(source.positions, ['after 7']);
});

for (const name of [
  'ExpiredIteratorException',
  'ValidationException',
  'InternalServerError',
  'ECONNREFUSED',
]) {
  test(`after ${name} the next read takes a new iterator behind the last record`, async () => {
    const source = scriptedSource([page(['1', '2']), databaseError(name), page(['3'])]);
    const { read } = cursorOver(source);
    await read();

    await assert.rejects(read(), { name });

    assert.deepEqual(await read(), ['3']);
    assert.deepEqual(source.positions, ['TRIM_HORIZON', 'after 2']);
  });
}

test('if the records behind the checkpoint were trimmed, reading continues with the oldest', async () => {
  const source = scriptedSource([databaseError('TrimmedDataAccessException'), page(['9'])]);
  const { read } = cursorOver(source, { sequenceNumber: '2' });

  await assert.rejects(read(), { name: 'TrimmedDataAccessException' });

  assert.deepEqual(await read(), ['9']);
  assert.deepEqual(source.positions, ['after 2', 'TRIM_HORIZON']);
});

test('a start time skips older records, and an expired iterator loses none of the others', async () => {
  const since = 1_000_000;
  const source = scriptedSource([
    page(['1', '2'], since - 1000),
    page(['3'], since),
    databaseError('ExpiredIteratorException'),
    page(['4'], since + 1000),
  ]);
  const { read } = cursorOver(source, { since });
  assert.deepEqual([await read(), await read()], [[], ['3']]);
  await assert.rejects(read());

  assert.deepEqual(await read(), ['4']);
  assert.deepEqual(source.positions, ['TRIM_HORIZON', 'after 3']);
});
