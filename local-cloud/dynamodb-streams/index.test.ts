import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import type { FailureRecord } from './index.ts';
import { failed, idOf, recordingFunction } from './testing/recording-function.ts';
import { startMapping } from './testing/start-mapping.ts';
import { eventSourceMapping, startStreamTable, TABLE_NAME } from './testing/stream-table.ts';

test('a change in the table reaches the function in the shape that Lambda hands over', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction();
  startMapping(table, { invoke: fn.invoke });

  await table.put('visits#0', { count: { N: '1' }, raw: { B: new Uint8Array([1, 2]) } });
  await fn.seen('visits#0');

  const { eventID, eventSourceARN, dynamodb, awsRegion, ...rest } = fn.records[0]!;
  assert.deepEqual(rest, { eventName: 'INSERT', eventVersion: '1.1', eventSource: 'aws:dynamodb' });
  assert.ok(eventID && awsRegion);
  assert.match(eventSourceARN!, new RegExp(`^arn:aws:dynamodb:.*:table/${TABLE_NAME}/stream/`));
  const { ApproximateCreationDateTime: createdAt, SequenceNumber, SizeBytes, ...change } = dynamodb;
  assert.deepEqual(change, {
    Keys: { id: { S: 'visits#0' } },
    NewImage: { id: { S: 'visits#0' }, count: { N: '1' }, raw: { B: 'AQI=' } },
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  });
  assert.ok(Math.abs(createdAt! - Date.now() / 1000) < 60, 'seconds since 1970');
  assert.match(SequenceNumber!, /^\d+$/);
  assert.ok(SizeBytes! > 0);
});

test('records that no pattern lets through do not reach the function', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction();
  const filterPatterns = [JSON.stringify({ dynamodb: { Keys: { id: { S: [{ prefix: 'visits#' }] } } } })];
  startMapping(table, { invoke: fn.invoke, mapping: eventSourceMapping({ filterPatterns }) });

  for (const id of ['visit#a', 'visits#0', 'broadcast', 'visits#1']) await table.put(id);
  await fn.seen('visits#1');

  assert.deepEqual(fn.batches.flat(), ['visits#0', 'visits#1']);
});

test('one batch at a time: what arrives meanwhile is one next batch', async (t) => {
  const table = await startStreamTable(t);
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const fn = recordingFunction((_, invocation) => (invocation === 1 ? released : undefined));
  const mapping = startMapping(table, { invoke: fn.invoke });
  await table.put('first');
  await fn.begun(1);

  for (const id of ['a', 'b', 'c']) await table.put(id);
  assert.ok(mapping.status().iteratorAgeMs >= 0);
  release();
  await fn.seen('c');

  assert.deepEqual(fn.batches, [['first'], ['a', 'b', 'c']]);
  assert.equal(fn.mostAtOnce, 1);
});

test('a batch that keeps failing is given up, told about, and the stream goes on', async (t) => {
  const table = await startStreamTable(t);
  const failures: FailureRecord[] = [];
  const fn = recordingFunction((records) =>
    records.some((record) => idOf(record) === 'poison') ? failed() : undefined,
  );
  const mapping = startMapping(table, {
    invoke: fn.invoke,
    mapping: eventSourceMapping({ bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 }),
    onFailure: (record) => failures.push(record),
    random: () => 0,
  });

  for (const id of ['fine', 'poison', 'last']) await table.put(id);
  await table.until(() => failures.length > 0);
  await fn.seen('last');

  const [failure] = failures;
  assert.equal(failures.length, 1);
  assert.equal(failure?.requestContext.condition, 'RetryAttemptsExhausted');
  assert.equal(failure.DDBStreamBatchInfo.batchSize, 1);
  assert.equal(failure.DDBStreamBatchInfo.startSequenceNumber, failure.DDBStreamBatchInfo.endSequenceNumber);
  assert.equal(mapping.status().recordsGivenUp, 1);
  assert.match(mapping.status().lastError!, /Gave up 1 records for broadcaster/);
});

test('a failure destination that fails is told again, and the stream goes on', async (t) => {
  const table = await startStreamTable(t);
  const clock = createManualClock(Date.now());
  const fn = recordingFunction((_, invocation) => (invocation <= 2 ? failed() : undefined));
  const told: FailureRecord[] = [];
  const mapping = startMapping(table, {
    invoke: fn.invoke,
    clock,
    mapping: eventSourceMapping({ maximumRetryAttempts: 0 }),
    onFailure(record) {
      told.push(record);
      if (told.length === 1) throw new Error('The queue is full.');
    },
  });
  await table.put('one');
  mapping.wake();
  await fn.begun(1);
  await table.until(() => mapping.status().lastError?.includes('The queue is full.') === true);

  clock.advance(2000);
  await table.until(() => told.length === 2);
  await table.put('two');
  mapping.wake();

  await fn.seen('two');
  assert.deepEqual(fn.batches, [['one'], ['one'], ['two']]);
});

test('a wake makes the next poll come at once', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction();
  const clock = createManualClock(Date.now());
  const mapping = startMapping(table, {
    invoke: fn.invoke,
    clock,
    idleMs: { shortest: 60_000, longest: 60_000 },
  });
  await clock.scheduled(60_000);
  await table.put('one');

  mapping.wake();

  await fn.seen('one');
});

test('a malformed filter pattern is refused at once', async (t) => {
  const table = await startStreamTable(t);
  const mapping = eventSourceMapping({ filterPatterns: ['{"dynamodb": "all"}'] });

  assert.throws(() => startMapping(table, { invoke: recordingFunction().invoke, mapping }), {
    name: 'InvalidPatternError',
  });
});
