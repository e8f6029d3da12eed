import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { SYNCHRONOUS_PAYLOAD_BYTES } from '../lambda/errors.ts';
import { createManualClock } from '../manual-clock.ts';
import type { Log } from '../observer.ts';
import type { EventSourceMapping } from '../topology.ts';
import { Checkpoints } from './checkpoints.ts';
import { compileFilter } from './filter.ts';
import { MappingHealth } from './health.ts';
import { ShardReader } from './shard.ts';
import type { Page } from './stream.ts';
import {
  databaseError,
  eventSourceMapping,
  lastPage,
  page,
  recordingFunction,
  scriptedSource,
} from './testing/doubles.ts';

/** Starts reading a scripted shard. Batches appear as `1 2`: the sequence numbers of their records. */
function startReader(
  script: (Page | Error)[],
  changes: Partial<EventSourceMapping> = {},
  answer?: Parameters<typeof recordingFunction>[0],
) {
  const clock = createManualClock(1_000_000);
  const messages: string[] = [];
  const log: Log = (_level, message) => messages.push(message);
  const health = new MappingHealth(log);
  const checkpoints = new Checkpoints(join(temporaryFolder(), 'mapping.json'), clock, health);
  const fn = recordingFunction(answer);
  const mapping = eventSourceMapping(changes);
  const filter = compileFilter(mapping.filterPatterns);
  const source = scriptedSource(script);
  const idleMs = { min: 5, max: 5 };
  const reader = new ShardReader(
    { mapping, filter, source, checkpoints, health, log, invoke: fn.invoke, clock, random: () => 0, idleMs },
    'arn',
    'shard-1',
  );
  const batches = () => fn.batches.map((ids) => ids.join(' ').replaceAll('item ', ''));
  return { clock, reader, batches, fn, checkpoints, messages };
}

test('a page becomes a batch, cut at the batch size; the rest of the page is the next batch', async () => {
  const { reader, batches, checkpoints } = startReader([page('1 2 3 4 5'), lastPage('')], { batchSize: 2 });

  assert.equal(await reader.done, true);

  assert.deepEqual(batches(), ['1 2', '3 4', '5']);
  assert.deepEqual(checkpoints.get('shard-1'), { sequenceNumber: '5', finished: true });
});

for (const [what, count, text] of [
  ['large records', 3, 'x'.repeat(2_500_000)],
  ['text beyond ASCII', 3, '€'.repeat(2_500_000 / 3)],
  ['the commas between many records', 10_000, 'x'.repeat(450)],
] as const)
  test(`a batch is cut before it is too large for an invocation: ${what}`, async () => {
    const numbers = Array.from({ length: count }, (_, i) => 10_000 + i).join(' ');
    const records = page(numbers).records.map((record) => ({
      ...record,
      dynamodb: { ...record.dynamodb, NewImage: { text: { S: text } } },
    }));
    const bytes: number[] = [];
    const { reader } = startReader([{ records, next: undefined }], { batchSize: 10_000 }, (Records) => {
      bytes.push(Buffer.byteLength(JSON.stringify({ Records })));
    });

    await reader.done;

    assert.equal(bytes.length, 2);
    assert.ok(bytes[0]! <= SYNCHRONOUS_PAYLOAD_BYTES, `${bytes[0]} bytes`);
  });

test('records that the filter skips are not delivered, and move the checkpoint', async () => {
  const patterns = [JSON.stringify({ dynamodb: { Keys: { id: { S: ['item 3', 'item 5'] } } } })];
  const { reader, batches, checkpoints, clock } = startReader(
    [page('1 2'), page(''), page('3 4 5'), lastPage('')],
    { filterPatterns: patterns },
  );
  await clock.scheduled();
  assert.deepEqual(checkpoints.get('shard-1'), { sequenceNumber: '2' });

  clock.advance(5);
  await reader.done;

  assert.deepEqual(batches(), ['3 5']);
});

test('a batching window collects records until it is over', async () => {
  const { reader, batches, clock } = startReader([page('1'), page(''), page('2'), page('')], {
    maximumBatchingWindowInSeconds: 0.012,
  });

  await clock.scheduled();
  assert.equal(reader.oldestPending, 1_000_000);
  clock.advance(5);
  await clock.scheduled();
  assert.deepEqual(batches(), [], 'the window is still open');
  clock.advance(7);
  await clock.scheduled();

  assert.deepEqual(batches(), ['1 2']);
  assert.equal(reader.oldestPending, undefined);
  reader.stop();
  assert.equal(await reader.done, false);
});

test('a batching window ends when the batch is full', async () => {
  const { reader, batches } = startReader([page('1'), page('2 3'), lastPage('')], {
    maximumBatchingWindowInSeconds: 60,
    batchSize: 2,
  });

  await reader.done;

  assert.deepEqual(batches(), ['1 2', '3']);
});

test('a database error is reported once, and the read is retried', async () => {
  const { reader, batches, messages, clock } = startReader([
    databaseError('ECONNREFUSED'),
    databaseError('ECONNREFUSED'),
    page('1'),
    lastPage(''),
  ]);

  for (let i = 0; i < 2; i++) {
    await clock.scheduled(5);
    clock.advance(10);
  }
  await reader.done;

  assert.match(messages[0]!, /^Can't read shard shard-1 of table VisitorCount: ECONNREFUSED/);
  assert.equal(messages.at(-1), 'The stream can be read again.');
  assert.deepEqual(batches(), ['1']);
});

test('nothing is read while a batch is being delivered', async () => {
  let finish = () => {};
  const script = [page('1'), page('2'), lastPage('')];
  const { reader, fn } = startReader(script, {}, () => new Promise((resolve) => (finish = resolve)));
  await fn.begun(1);
  await new Promise((resolve) => setImmediate(resolve));

  assert.equal(script.length, 2);
  assert.equal(reader.oldestPending, 1_000_000);

  finish();
  await fn.begun(2);
  finish();
  assert.equal(await reader.done, true);
});
