import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import { createdAt, type EventRecord, sequenceNumber } from './event.ts';
import { compileFilter } from './filter.ts';
import { IdlePause } from './pause.ts';
import { ShardCursor } from './shard-cursor.ts';
import { ShardReader, type ShardReaderOptions } from './shard-reader.ts';
import type { Page } from './stream-source.ts';
import { engineError, lastPage, page, scriptedSource } from './testing/scripted-source.ts';

function prepare(
  script: (Page | Error)[],
  options: Partial<ShardReaderOptions> & { patterns?: string[] } = {},
) {
  const clock = createManualClock();
  const stopping = new AbortController();
  const source = scriptedSource(script);
  const batches: string[] = [];
  const passedOver: string[] = [];
  const errors: string[] = [];
  const reader = new ShardReader({
    streamArn: 'arn',
    cursor: new ShardCursor({
      source,
      streamArn: 'arn',
      shardId: 'shard-1',
      checkpoint: undefined,
    }),
    filter: compileFilter(options.patterns ?? []),
    batchSize: 100,
    batchingWindowMs: 0,
    clock,
    idle: new IdlePause(clock, 5, 5),
    signal: stopping.signal,
    async deliver(records: EventRecord[]) {
      batches.push(records.map(sequenceNumber).join(' '));
    },
    onPassedOver: (number) => passedOver.push(number),
    async onReadError(error) {
      errors.push((error as Error).name);
    },
    onReadSuccess: () => {},
    ...options,
  });
  return { clock, stopping, reader, batches, passedOver, errors };
}

test('a page is a batch, cut at the batch size; the rest of the page is the next batch', async () => {
  const { reader, batches } = prepare([page(['1', '2', '3', '4', '5']), lastPage(['6'])], { batchSize: 2 });

  const ended = await reader.run();

  assert.equal(ended, true);
  assert.deepEqual(batches, ['1 2', '3 4', '5', '6']);
});

test('a batch is cut before it gets too large for an invocation', async () => {
  const large = 'x'.repeat(2.5 * 1024 * 1024);
  const records = ['1', '2', '3'].map((number) => ({
    dynamodb: { SequenceNumber: number, NewImage: { text: { S: large } } },
  }));
  const { reader, batches } = prepare([{ records, next: undefined }]);

  await reader.run();

  assert.deepEqual(batches, ['1 2', '3']);
});

test('the filter passes over records, and how far is known where nothing waits before them', async () => {
  const { reader, batches, passedOver } = prepare([page(['1', '2']), lastPage(['3', '4', '5'])], {
    patterns: [JSON.stringify({ dynamodb: { Keys: { id: { S: ['item 3', 'item 5'] } } } })],
  });

  await reader.run();

  assert.deepEqual(batches, ['3 5']);
  assert.deepEqual(passedOver, ['1', '2']);
});

test('a batching window collects until it is over', async () => {
  const { reader, batches, clock, stopping } = prepare([page(['1']), page([]), page(['2'])], {
    batchingWindowMs: 12,
  });
  const run = reader.run();

  await clock.scheduled();
  assert.equal(reader.oldestPending, 0);
  clock.advance(5);
  await clock.scheduled();
  assert.deepEqual(batches, [], 'the window is still open');
  clock.advance(7);
  await clock.scheduled();

  assert.deepEqual(batches, ['1 2']);
  assert.equal(reader.oldestPending, undefined);
  stopping.abort();
  assert.equal(await run, false);
});

test('a batching window ends when the batch is full', async () => {
  const { reader, batches } = prepare([page(['1']), lastPage(['2', '3'])], {
    batchingWindowMs: 60_000,
    batchSize: 2,
  });

  await reader.run();

  assert.deepEqual(batches, ['1 2', '3']);
});

test('an error of the engine is handed on, and the read repeated', async () => {
  const { reader, batches, errors } = prepare([
    engineError('ECONNREFUSED'),
    engineError('ECONNREFUSED'),
    lastPage(['1']),
  ]);

  await reader.run();

  assert.deepEqual(errors, ['ECONNREFUSED', 'ECONNREFUSED']);
  assert.deepEqual(batches, ['1']);
});

test('while a batch is being delivered nothing else is read, and its age is known', async () => {
  let finish = () => {};
  const script = [page(['1'], 'iterator', 5000), page(['2']), lastPage([])];
  const { reader } = prepare(script, { deliver: () => new Promise((resolve) => (finish = resolve)) });
  const run = reader.run();
  await new Promise((resolve) => setImmediate(resolve));

  assert.equal(script.length, 2);
  assert.equal(reader.oldestPending, 5000);

  finish();
  await new Promise((resolve) => setImmediate(resolve));
  finish();
  assert.equal(await run, true);
});

test('the age is that of the record, in milliseconds', () => {
  assert.equal(createdAt({ dynamodb: { ApproximateCreationDateTime: 1.5 } }), 1500);
});
