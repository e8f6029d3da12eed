import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import {
  createEventSourceMapping,
  createFileCheckpointStore,
  type EventSourceMappingOptions,
  type FailureRecord,
  type RunningMapping,
} from './index.ts';
import { failed, idOf, recordingFunction } from './testing/recording-function.ts';
import {
  eventSourceMapping,
  startStreamTable,
  TABLE_NAME,
  type StreamTable,
} from './testing/stream-table.ts';

type Changes = Partial<EventSourceMappingOptions> & Pick<EventSourceMappingOptions, 'invoke'>;

function start(table: StreamTable, changes: Changes): RunningMapping {
  const mapping = createEventSourceMapping({
    mapping: eventSourceMapping(),
    dynamodb: table.dynamodb,
    streams: table.streams,
    checkpoints: createFileCheckpointStore(join(table.directory, 'checkpoints')),
    ...changes,
  });
  table.beforeEnd(() => mapping.stop());
  mapping.start();
  return mapping;
}

test('a change in the table reaches the function in the shape that Lambda hands over', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction();
  start(table, { invoke: fn.invoke });

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

test('a restart goes on behind the last delivered record', async (t) => {
  const table = await startStreamTable(t);
  const before = recordingFunction();
  const first = start(table, { invoke: before.invoke });
  await table.put('one');
  await before.seen('one');
  await first.stop();
  await table.put('two');

  const after = recordingFunction();
  start(table, { invoke: after.invoke });
  await after.seen('two');

  assert.deepEqual(after.batches, [['two']]);
});

test('a restarted engine is read on, and the outage shows in the status', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction();
  const levels: string[] = [];
  const mapping = start(table, { invoke: fn.invoke, log: (level) => levels.push(level) });
  await table.put('before');
  await fn.seen('before');

  table.kill();
  await table.put('after');
  await fn.seen('after');

  assert.deepEqual(fn.batches.flat(), ['before', 'after']);
  assert.equal(mapping.status().healthy, true);
});

test('records that no pattern lets through do not reach the function', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction();
  const filterPatterns = [JSON.stringify({ dynamodb: { Keys: { id: { S: [{ prefix: 'visits#' }] } } } })];
  start(table, { invoke: fn.invoke, mapping: eventSourceMapping({ filterPatterns }) });

  for (const id of ['visit#a', 'visits#0', 'broadcast', 'visits#1']) await table.put(id);
  await fn.seen('visits#1');

  assert.deepEqual(fn.batches.flat(), ['visits#0', 'visits#1']);
});

test('one batch at a time: what arrives meanwhile is one next batch', async (t) => {
  const table = await startStreamTable(t);
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const fn = recordingFunction((_, invocation) => (invocation === 1 ? released : undefined));
  const mapping = start(table, { invoke: fn.invoke });
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
  const mapping = start(table, {
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
  const mapping = start(table, {
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

test('LATEST keeps the time of the start, so that a restart before the first record loses nothing', async (t) => {
  const table = await startStreamTable(t);
  const mapping = eventSourceMapping({ startingPosition: 'LATEST' });
  const startedAt = Math.floor(Date.now() / 1000) * 1000;
  const first = start(table, { invoke: recordingFunction().invoke, mapping });
  await table.until(() => first.status().state === 'running');
  await first.stop();
  const kept = await createFileCheckpointStore(join(table.directory, 'checkpoints')).load(mapping.uuid);
  await table.put('between');

  const fn = recordingFunction();
  start(table, { invoke: fn.invoke, mapping });
  await fn.seen('between');

  const [checkpoint] = Object.values(kept!.shards);
  assert.ok(checkpoint!.since! >= startedAt && checkpoint!.since! % 1000 === 0, JSON.stringify(kept));
});

test('a table that is made anew has a new stream, for which the old checkpoints do not count', async (t) => {
  const table = await startStreamTable(t);
  const checkpoints = createFileCheckpointStore(join(table.directory, 'checkpoints'));
  const kept = () => checkpoints.load(eventSourceMapping().uuid);
  const before = recordingFunction();
  const first = start(table, { invoke: before.invoke });
  await table.put('one');
  await before.seen('one');
  await first.stop();
  const old = await kept();

  await table.recreate();
  await table.put('two');
  const after = recordingFunction();
  const second = start(table, { invoke: after.invoke });
  await after.seen('two');
  await second.stop();

  assert.notEqual((await kept())?.streamArn, old?.streamArn);
});

test('a wake makes the next poll come at once', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction();
  const clock = createManualClock(Date.now());
  const mapping = start(table, { invoke: fn.invoke, clock, idleMs: { shortest: 60_000, longest: 60_000 } });
  await clock.scheduled(60_000);
  await table.put('one');

  mapping.wake();

  await fn.seen('one');
});

test('a mapping whose table is missing says so, tries again, and works once the table is there', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction();
  const messages: string[] = [];
  await table.drop();
  const mapping = start(table, {
    invoke: fn.invoke,
    log: (level, message) => messages.push(`${level}: ${message}`),
  });
  await table.until(() => messages.length > 0);

  assert.equal(mapping.status().healthy, false);
  assert.match(messages[0]!, /^warn: Can't find the stream of table VisitorCount: ResourceNotFoundException/);
  await table.recreate();
  await table.put('one');
  await fn.seen('one');

  assert.equal(mapping.status().healthy, true);
});

test('a stop lets the batch in flight finish and keeps its checkpoint', async (t) => {
  const table = await startStreamTable(t);
  let release = () => {};
  const fn = recordingFunction(() => new Promise<void>((resolve) => (release = resolve)));
  const first = start(table, { invoke: fn.invoke });
  await table.put('one');
  await fn.begun(1);

  const stopped = first.stop();
  release();
  await stopped;
  await table.put('two');

  const after = recordingFunction();
  start(table, { invoke: after.invoke });
  await after.seen('two');
  assert.deepEqual(after.batches, [['two']]);
});

test('a stop does not wait longer than its grace, and the batch is delivered again', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction(() => new Promise<void>(() => {}));
  const clock = createManualClock(Date.now());
  const first = start(table, { invoke: fn.invoke, clock, stopGraceMs: 3000 });
  await table.put('one');
  first.wake();
  await fn.begun(1);

  const stopped = first.stop();
  clock.advance(3000);
  await stopped;

  assert.equal(first.status().state, 'stopped');
  const after = recordingFunction();
  start(table, { invoke: after.invoke });
  await after.seen('one');
});

test('checkpoints that cannot be read are never overwritten', async (t) => {
  const table = await startStreamTable(t);
  const file = join(table.directory, 'checkpoints', `${eventSourceMapping().uuid}.json`);
  await mkdir(join(table.directory, 'checkpoints'));
  await writeFile(file, 'not JSON');
  const fn = recordingFunction();

  const mapping = start(table, { invoke: fn.invoke });
  await table.until(() => mapping.status().lastError !== undefined);

  assert.match(mapping.status().lastError!, /does not hold stream checkpoints. Delete it/);
  assert.equal(mapping.status().healthy, false);
  await mapping.stop();
  assert.equal(await readFile(file, 'utf8'), 'not JSON');
});

test('a malformed filter pattern is refused at once', async (t) => {
  const table = await startStreamTable(t);
  const mapping = eventSourceMapping({ filterPatterns: ['{"dynamodb": "all"}'] });

  assert.throws(() => start(table, { invoke: recordingFunction().invoke, mapping }), {
    name: 'InvalidPatternError',
  });
});
