import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import { recordingFunction } from './testing/recording-function.ts';
import { checkpointsOf, startMapping } from './testing/start-mapping.ts';
import { eventSourceMapping, startStreamTable } from './testing/stream-table.ts';

test('a restart goes on behind the last delivered record', async (t) => {
  const table = await startStreamTable(t);
  const before = recordingFunction();
  const first = startMapping(table, { invoke: before.invoke });
  await table.put('one');
  await before.seen('one');
  await first.stop();
  await table.put('two');

  const after = recordingFunction();
  startMapping(table, { invoke: after.invoke });
  await after.seen('two');

  assert.deepEqual(after.batches, [['two']]);
});

test('a restarted engine is read on, and the outage shows in the status', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction();
  const levels: string[] = [];
  const mapping = startMapping(table, { invoke: fn.invoke, log: (level) => levels.push(level) });
  await table.put('before');
  await fn.seen('before');

  table.kill();
  await table.put('after');
  await fn.seen('after');

  assert.deepEqual(fn.batches.flat(), ['before', 'after']);
  assert.equal(mapping.status().healthy, true);
});

test('LATEST keeps the time of the start, so that a restart before the first record loses nothing', async (t) => {
  const table = await startStreamTable(t);
  const mapping = eventSourceMapping({ startingPosition: 'LATEST' });
  const startedAt = Math.floor(Date.now() / 1000) * 1000;
  const first = startMapping(table, { invoke: recordingFunction().invoke, mapping });
  await table.until(() => first.status().state === 'running');
  await first.stop();
  const kept = await checkpointsOf(table).load(mapping.uuid);
  await table.put('between');

  const fn = recordingFunction();
  startMapping(table, { invoke: fn.invoke, mapping });
  await fn.seen('between');

  const [checkpoint] = Object.values(kept!.shards);
  assert.ok(checkpoint!.since! >= startedAt && checkpoint!.since! % 1000 === 0, JSON.stringify(kept));
});

test('a table that is made anew has a new stream, for which the old checkpoints do not count', async (t) => {
  const table = await startStreamTable(t);
  const checkpoints = checkpointsOf(table);
  const kept = () => checkpoints.load(eventSourceMapping().uuid);
  const before = recordingFunction();
  const first = startMapping(table, { invoke: before.invoke });
  await table.put('one');
  await before.seen('one');
  await first.stop();
  const old = await kept();

  await table.recreate();
  await table.put('two');
  const after = recordingFunction();
  const second = startMapping(table, { invoke: after.invoke });
  await after.seen('two');
  await second.stop();

  assert.notEqual((await kept())?.streamArn, old?.streamArn);
});

test('a mapping whose table is missing says so, tries again, and works once the table is there', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction();
  const messages: string[] = [];
  await table.drop();
  const mapping = startMapping(table, {
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
  const first = startMapping(table, { invoke: fn.invoke });
  await table.put('one');
  await fn.begun(1);

  const stopped = first.stop();
  release();
  await stopped;
  await table.put('two');

  const after = recordingFunction();
  startMapping(table, { invoke: after.invoke });
  await after.seen('two');
  assert.deepEqual(after.batches, [['two']]);
});

test('a stop does not wait longer than its grace, and the batch is delivered again', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction(() => new Promise<void>(() => {}));
  const clock = createManualClock(Date.now());
  const first = startMapping(table, { invoke: fn.invoke, clock, stopGraceMs: 3000 });
  await table.put('one');
  first.wake();
  await fn.begun(1);

  const stopped = first.stop();
  clock.advance(3000);
  await stopped;

  assert.equal(first.status().state, 'stopped');
  const after = recordingFunction();
  startMapping(table, { invoke: after.invoke });
  await after.seen('one');
});

test('checkpoints that cannot be read are never overwritten', async (t) => {
  const table = await startStreamTable(t);
  const file = join(table.directory, 'checkpoints', `${eventSourceMapping().uuid}.json`);
  await mkdir(join(table.directory, 'checkpoints'));
  await writeFile(file, 'not JSON');
  const fn = recordingFunction();

  const mapping = startMapping(table, { invoke: fn.invoke });
  await table.until(() => mapping.status().lastError !== undefined);

  assert.match(mapping.status().lastError!, /does not hold stream checkpoints. Delete it/);
  assert.equal(mapping.status().healthy, false);
  await mapping.stop();
  assert.equal(await readFile(file, 'utf8'), 'not JSON');
});
