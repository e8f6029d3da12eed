import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import { eventSourceMapping, recordingFunction, TABLE_NAME } from './testing/doubles.ts';
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

test('reading continues after the engine restarts', async (t) => {
  const table = await startStreamTable(t);
  await table.put('before');
  const { fn, mapping } = await receive(table, 'before');

  table.kill();
  await table.put('after');
  await fn.seen('after');

  assert.deepEqual(fn.batches.flat(), ['before', 'after']);
  assert.equal(mapping.status().problem, undefined);
});

test('with LATEST, a restart before the first record loses nothing', async (t) => {
  const table = await startStreamTable(t);
  const mapping = eventSourceMapping({ startingPosition: 'LATEST' });
  const startedAt = Math.floor(Date.now() / 1000) * 1000;
  const first = table.startMapping({ invoke: recordingFunction().invoke, mapping });
  await table.until(() => first.status().problem === undefined);
  await first.stop();
  const [checkpoint] = Object.values(table.checkpoints().shards);
  await table.put('between');

  await receive(table, 'between', mapping);

  assert.ok(checkpoint!.since! >= startedAt && checkpoint!.since! % 1000 === 0, JSON.stringify(checkpoint));
});

test('a recreated table has a new stream and starts without checkpoints', async (t) => {
  const table = await startStreamTable(t);
  await table.put('one');
  const before = await receive(table, 'one');
  await before.mapping.stop();
  const old = table.checkpoints();

  await table.recreate();
  await table.put('two');
  const after = await receive(table, 'two');
  await after.mapping.stop();

  assert.notEqual(table.checkpoints().streamArn, old.streamArn);
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

  assert.match(messages[0]!, /^warn: Can't find the stream of table VisitorCount: ResourceNotFoundException/);
  assert.equal(mapping.status().problem, messages[0]!.replace('warn: ', ''));
  await table.recreate();
  await table.put('one');
  await fn.seen('one');

  assert.equal(mapping.status().problem, undefined);
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

  await receive(table, 'one');
});
