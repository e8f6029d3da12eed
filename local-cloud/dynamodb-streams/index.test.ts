import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import { loadCheckpoints } from './checkpoints.ts';
import { eventSourceMapping, failed, idOf, recordingFunction, TABLE_NAME } from './testing/doubles.ts';
import { startStreamTable, type StreamTable } from './testing/stream-table.ts';

/** Starts a mapping, and waits until its function has received this item. */
async function receive(table: StreamTable, id: string, mapping = eventSourceMapping()) {
  const fn = recordingFunction();
  const running = table.startMapping({ invoke: fn.invoke, mapping });
  await fn.seen(id);
  return { fn, mapping: running };
}

test('a change to the table reaches the function as a Lambda event', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction();
  table.startMapping({ invoke: fn.invoke });

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

test('one batch runs at a time, and records that arrive meanwhile form the next batch', async (t) => {
  const table = await startStreamTable(t);
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const fn = recordingFunction((_, invocation) => (invocation === 1 ? released : undefined));
  table.startMapping({ invoke: fn.invoke });
  await table.put('first');
  await fn.begun(1);

  for (const id of ['a', 'b', 'c']) await table.put(id);
  release();
  await fn.seen('c');

  assert.deepEqual(fn.batches, [['first'], ['a', 'b', 'c']]);
  assert.equal(fn.maxConcurrency, 1);
});

test('a record that keeps failing is given up, and the stream goes on', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction((records) =>
    records.some((record) => idOf(record) === 'poison') ? failed() : undefined,
  );
  const mapping = table.startMapping({
    invoke: fn.invoke,
    mapping: eventSourceMapping({ bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 }),
    random: () => 0,
  });

  for (const id of ['fine', 'poison', 'last']) await table.put(id);
  await table.until(() => mapping.status().lastError?.startsWith('Gave up') === true);

  assert.match(mapping.status().lastError!, /^Gave up 1 records for broadcaster after 2 invocations/);
  await table.until(() => fn.batches.at(-1)?.join() === 'last');
});

test('a wake polls immediately', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction();
  const clock = createManualClock(Date.now());
  const mapping = table.startMapping({ invoke: fn.invoke, clock, idleMs: { min: 60_000, max: 60_000 } });
  await clock.scheduled(60_000);
  await table.put('one');

  mapping.wake();

  await fn.seen('one');
});

test('a malformed filter pattern is rejected at the start', async (t) => {
  const table = await startStreamTable(t);
  const mapping = eventSourceMapping({ filterPatterns: ['{"dynamodb": "all"}'] });

  assert.throws(() => table.startMapping({ invoke: recordingFunction().invoke, mapping }), {
    name: 'UserError',
  });
});

test('a restart continues behind the last delivered record', async (t) => {
  const table = await startStreamTable(t);
  await table.put('one');
  const before = await receive(table, 'one');
  await before.mapping.stop();

  await table.put('two');
  const after = await receive(table, 'two');

  assert.deepEqual(after.fn.batches, [['two']]);
});

test('reading continues after the engine restarts', async (t) => {
  const table = await startStreamTable(t);
  await table.put('before');
  const { fn, mapping } = await receive(table, 'before');

  table.kill();
  await table.put('after');
  await fn.seen('after');

  assert.deepEqual(fn.batches.flat(), ['before', 'after']);
  assert.equal(mapping.status().healthy, true);
});

test('with LATEST, a restart before the first record loses nothing', async (t) => {
  const table = await startStreamTable(t);
  const mapping = eventSourceMapping({ startingPosition: 'LATEST' });
  const startedAt = Math.floor(Date.now() / 1000) * 1000;
  const first = table.startMapping({ invoke: recordingFunction().invoke, mapping });
  await table.until(() => first.status().state === 'running');
  await first.stop();
  const [checkpoint] = Object.values((await loadCheckpoints(table.checkpointFile))!.shards);
  await table.put('between');

  await receive(table, 'between', mapping);

  assert.ok(checkpoint!.since! >= startedAt && checkpoint!.since! % 1000 === 0, JSON.stringify(checkpoint));
});

test('a recreated table has a new stream and starts without checkpoints', async (t) => {
  const table = await startStreamTable(t);
  await table.put('one');
  const before = await receive(table, 'one');
  await before.mapping.stop();
  const old = await loadCheckpoints(table.checkpointFile);

  await table.recreate();
  await table.put('two');
  const after = await receive(table, 'two');
  await after.mapping.stop();

  assert.notEqual((await loadCheckpoints(table.checkpointFile))?.streamArn, old?.streamArn);
});

test('a mapping without its table reports it, retries, and works once the table exists', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction();
  const messages: string[] = [];
  await table.drop();
  const mapping = table.startMapping({
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
  const first = table.startMapping({ invoke: fn.invoke });
  await table.put('one');
  await fn.begun(1);

  const stopped = first.stop();
  release();
  await stopped;
  await table.put('two');

  const after = await receive(table, 'two');
  assert.deepEqual(after.fn.batches, [['two']]);
});

test('a stop waits no longer than its grace period, and the batch is delivered again', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction(() => new Promise<void>(() => {}));
  const clock = createManualClock(Date.now());
  const first = table.startMapping({ invoke: fn.invoke, clock, stopGraceMs: 3000 });
  await table.put('one');
  first.wake();
  await fn.begun(1);

  const stopped = first.stop();
  clock.advance(3000);
  await stopped;

  assert.equal(first.status().state, 'stopped');
  await receive(table, 'one');
});

test('damaged checkpoints are reported and never overwritten', async (t) => {
  const table = await startStreamTable(t);
  await mkdir(dirname(table.checkpointFile));
  await writeFile(table.checkpointFile, 'not JSON');

  const mapping = table.startMapping({ invoke: recordingFunction().invoke });
  await table.until(() => mapping.status().lastError !== undefined);

  assert.match(mapping.status().lastError!, /does not hold stream checkpoints. Delete it/);
  assert.equal(mapping.status().healthy, false);
  await mapping.stop();
  assert.equal(await readFile(table.checkpointFile, 'utf8'), 'not JSON');
});
