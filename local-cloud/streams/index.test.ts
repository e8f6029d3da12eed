import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createEventSourceMapping, createFileCheckpointStore, type RunningMapping } from './index.ts';
import type { EventSourceMappingOptions } from './index.ts';
import { recordingFunction } from './testing/recording-function.ts';
import {
  eventSourceMapping,
  startStreamTable,
  TABLE_NAME,
  type StreamTable,
} from './testing/stream-table.ts';

type Changes = Partial<EventSourceMappingOptions> & Pick<EventSourceMappingOptions, 'invoke'>;

function start(t: TestContext, table: StreamTable, changes: Changes): RunningMapping {
  const mapping = createEventSourceMapping({
    mapping: eventSourceMapping(),
    dynamodb: table.dynamodb,
    streams: table.streams,
    checkpoints: createFileCheckpointStore(join(table.directory, 'checkpoints')),
    ...changes,
  });
  t.after(() => mapping.stop());
  mapping.start();
  return mapping;
}

test('a change in the table reaches the function in the shape that Lambda hands over', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction();
  start(t, table, { invoke: fn.invoke });

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
  const first = start(t, table, { invoke: before.invoke });
  await table.put('one');
  await before.seen('one');
  await first.stop();
  await table.put('two');

  const after = recordingFunction();
  start(t, table, { invoke: after.invoke });
  await after.seen('two');

  assert.deepEqual(after.batches, [['two']]);
});

test('a restarted engine is read on, and the outage shows in the status', async (t) => {
  const table = await startStreamTable(t);
  const fn = recordingFunction();
  const levels: string[] = [];
  const mapping = start(t, table, { invoke: fn.invoke, log: (level) => levels.push(level) });
  await table.put('before');
  await fn.seen('before');

  table.kill();
  await table.put('after');
  await fn.seen('after');

  assert.deepEqual(fn.batches.flat(), ['before', 'after']);
  assert.equal(mapping.status().healthy, true);
});
