import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PutItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { ensureTables } from '../dynamodb/index.ts';
import { startTestEngine } from '../dynamodb/testing/engine.ts';
import { createManualClock } from '../manual-clock.ts';
import type { MappingCheckpoints } from './checkpoints.ts';
import { StreamMapping, type StreamMappingOptions } from './index.ts';
import { createStreamSource } from './stream.ts';
import {
  databaseError,
  eventSourceMapping,
  failed,
  page,
  recordingFunction,
  scriptedSource,
  TABLE_NAME,
} from './testing/doubles.ts';

const TABLE = {
  TableName: TABLE_NAME,
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  BillingMode: 'PAY_PER_REQUEST' as const,
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' as const },
};

test('a change in the real engine reaches the function as a Lambda event, also after a restart', async (t) => {
  const engine = await startTestEngine();
  const streams = new DynamoDBStreamsClient(engine.sdk);
  await ensureTables(engine.client, [TABLE]);
  const fn = recordingFunction();
  const mapping = new StreamMapping({
    mapping: eventSourceMapping(),
    source: createStreamSource(TABLE_NAME, engine.client, streams),
    checkpointDirectory: engine.folder,
    invoke: fn.invoke,
    log: () => {},
  });
  t.after(async () => {
    await mapping.stop();
    streams.destroy();
    await engine.stop();
  });
  const put = (Item: Record<string, AttributeValue>) =>
    engine.client.send(new PutItemCommand({ TableName: TABLE_NAME, Item }));

  await put({ id: { S: 'visits#0' }, count: { N: '1' }, raw: { B: new Uint8Array([1, 2]) } });
  await fn.seen('visits#0');
  process.kill(engine.status().pid!, 'SIGKILL');
  await put({ id: { S: 'after' } });
  await fn.seen('after');

  assert.equal(mapping.status().problem, undefined);
  assert.deepEqual(fn.batches.flat(), ['visits#0', 'after']);
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

/** Mappings on scripted streams, one after the other, with the same checkpoints. */
function prepare() {
  const checkpointDirectory = temporaryFolder();
  const clock = createManualClock(1_000_500);
  const messages: string[] = [];
  const start = (options: Pick<StreamMappingOptions, 'source'> & Partial<StreamMappingOptions>) =>
    new StreamMapping({
      mapping: eventSourceMapping(),
      invoke: recordingFunction().invoke,
      checkpointDirectory,
      clock,
      log: (level, message) => messages.push(`${level}: ${message}`),
      ...options,
    });
  const checkpoints = () =>
    JSON.parse(
      readFileSync(join(checkpointDirectory, `${eventSourceMapping().uuid}.json`), 'utf8'),
    ) as MappingCheckpoints;
  return { start, clock, messages, checkpoints };
}

test('a wake polls immediately', async () => {
  const { start, clock } = prepare();
  const fn = recordingFunction();
  const script = [page('')];
  const idleMs = { min: 60_000, max: 60_000 };
  const mapping = start({ source: scriptedSource(script), invoke: fn.invoke, idleMs });
  await clock.scheduled(60_000);
  script.push(page('1'));

  mapping.wake();

  await fn.begun(1);
  await mapping.stop();
});

test('with LATEST, a restart before the first record loses nothing', async () => {
  const { start, clock, checkpoints } = prepare();
  const mapping = eventSourceMapping({ startingPosition: 'LATEST' });
  const first = start({ source: scriptedSource([]), mapping });
  await clock.scheduled(30_000);
  await first.stop();
  assert.deepEqual(checkpoints().shards, { 'shard-1': { since: 1_000_000 } });
  clock.advance(60_000);

  const fn = recordingFunction();
  const records = [...page('1', 999_000).records, ...page('2').records];
  const source = scriptedSource([{ records, next: 'iterator' }]);
  const second = start({ source, mapping, invoke: fn.invoke });
  await fn.begun(1);
  await second.stop();

  assert.deepEqual(fn.batches, [['item 2']]);
});

test('a recreated table has a new stream and starts without checkpoints', async () => {
  const { start, checkpoints } = prepare();
  for (const streamArn of ['arn:first', 'arn:second']) {
    const fn = recordingFunction();
    const source = { ...scriptedSource([page('7')]), streamArn: async () => streamArn };
    const mapping = start({ source, invoke: fn.invoke });
    await fn.begun(1);
    await mapping.stop();

    assert.deepEqual(source.positions, ['TRIM_HORIZON']);
    assert.equal(checkpoints().streamArn, streamArn);
  }
});

test('a mapping without its table reports it, retries, and works once the table exists', async () => {
  const { start, clock, messages } = prepare();
  const source = scriptedSource([page('1')]);
  const found = source.streamArn;
  source.streamArn = () => Promise.reject(databaseError('ResourceNotFoundException'));
  const fn = recordingFunction();
  const mapping = start({ source, invoke: fn.invoke, random: () => 0 });
  assert.equal(mapping.status().problem, 'starting');
  await clock.scheduled(5);
  assert.match(messages[0]!, /^warn: Can't find the stream of table VisitorCount: ResourceNotFoundException/);
  assert.equal(mapping.status().problem, messages[0]!.replace('warn: ', ''));

  source.streamArn = found;
  clock.advance(5);
  await fn.begun(1);

  assert.equal(mapping.status().problem, undefined);
  await mapping.stop();
});

test('a function that fails is no problem of the stream', async () => {
  const { start, clock, messages } = prepare();
  const fn = recordingFunction(() => failed());
  const mapping = start({ source: scriptedSource([page('1')]), invoke: fn.invoke });
  await clock.scheduled(30_000);
  await fn.begun(1);
  await new Promise((resolve) => setImmediate(resolve));

  assert.match(messages[0]!, /^warn: broadcaster failed \(attempt 1\)/);
  assert.equal(mapping.status().problem, undefined);
  await mapping.stop();
});

test('a stop lets the batch in flight finish and keeps its checkpoint', async () => {
  const { start } = prepare();
  let release = () => {};
  const fn = recordingFunction(() => new Promise<void>((resolve) => (release = resolve)));
  const first = start({ source: scriptedSource([page('1')]), invoke: fn.invoke });
  await fn.begun(1);

  const stopped = first.stop();
  release();
  await stopped;

  const next = recordingFunction();
  const source = scriptedSource([page('2')]);
  const second = start({ source, invoke: next.invoke });
  await next.begun(1);
  await second.stop();
  assert.deepEqual(source.positions, ['after 1']);
});

test('a stop waits no longer than its grace period, and the batch is delivered again', async () => {
  const { start, clock } = prepare();
  const fn = recordingFunction(() => new Promise<void>(() => {}));
  const first = start({
    source: scriptedSource([page('1')]),
    invoke: fn.invoke,
    stopGraceMs: 3000,
  });
  await fn.begun(1);

  const stopped = first.stop();
  clock.advance(3000);
  await stopped;

  const source = scriptedSource([]);
  const second = start({ source });
  await clock.scheduled(30_000);
  await second.stop();
  assert.deepEqual(source.positions, ['TRIM_HORIZON']);
});
