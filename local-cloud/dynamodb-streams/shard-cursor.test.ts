import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ShardCheckpoint } from './checkpoints.ts';
import { ShardCursor } from './shard-cursor.ts';
import {
  engineError,
  lastPage,
  page,
  scriptedSource,
  type ScriptedSource,
} from './testing/scripted-source.ts';

const SIGNAL = new AbortController().signal;

function cursorOver(source: ScriptedSource, checkpoint?: ShardCheckpoint) {
  const cursor = new ShardCursor({ source, streamArn: 'arn', shardId: 'shard-1', checkpoint });
  const read = async () => (await cursor.read(SIGNAL)).map((record) => record.dynamodb?.SequenceNumber);
  return { cursor, read };
}

test('a new shard is read from its beginning, page by page with one iterator, to its end', async () => {
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
    const source = scriptedSource([page(['1', '2']), engineError(name), page(['3'])]);
    const { read } = cursorOver(source);
    await read();

    await assert.rejects(read(), { name });

    assert.deepEqual(await read(), ['3']);
    assert.deepEqual(source.positions, ['TRIM_HORIZON', 'after 2']);
  });
}

test('where the records behind the checkpoint have been trimmed, it goes on with the oldest there is', async () => {
  const source = scriptedSource([engineError('TrimmedDataAccessException'), page(['9'])]);
  const { read } = cursorOver(source, { sequenceNumber: '2' });

  await assert.rejects(read(), { name: 'TrimmedDataAccessException' });

  assert.deepEqual(await read(), ['9']);
  assert.deepEqual(source.positions, ['after 2', 'TRIM_HORIZON']);
});

test('with a start time older records stay out, and a lost iterator loses none of the others', async () => {
  const since = 1_000_000;
  const source = scriptedSource([
    page(['1', '2'], 'iterator', since - 1000),
    page(['3'], 'iterator', since),
    engineError('ExpiredIteratorException'),
    page(['4'], 'iterator', since + 1000),
  ]);
  const { read } = cursorOver(source, { since });
  assert.deepEqual([await read(), await read()], [[], ['3']]);
  await assert.rejects(read());

  assert.deepEqual(await read(), ['4']);
  assert.deepEqual(source.positions, ['TRIM_HORIZON', 'after 3']);
});
