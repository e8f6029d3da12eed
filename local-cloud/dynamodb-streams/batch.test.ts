import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../manual-clock.ts';
import type { EventSourceMapping } from '../topology.ts';
import { deliverBatch, firstFailure } from './batch.ts';
import { sequenceNumber, type EventRecord } from './event.ts';
import {
  eventRecords,
  eventSourceMapping,
  failed,
  idOf,
  recordingFunction,
  type RecordingFunction,
} from './testing/doubles.ts';

interface Delivery {
  /** The records that are done, in order: `a b|c`. */
  done: string;
  /** What was logged about records that were given up. */
  givenUp: string[];
  pausesMs: number[];
}

/** Delivers a batch of one-letter items, the first of which has this age. Every pause passes immediately. */
async function deliver(
  ids: string,
  fn: RecordingFunction,
  changes: Partial<EventSourceMapping> = {},
  { ageMs = 0, random = 1 } = {},
): Promise<Delivery> {
  const clock = createManualClock();
  const done: string[] = [];
  const givenUp: string[] = [];
  const pausesMs: number[] = [];
  let isOver = false;
  const delivered = deliverBatch(eventRecords([...ids], clock.now() - ageMs), {
    mapping: eventSourceMapping(changes),
    invoke: fn.invoke,
    clock,
    random: () => random,
    signal: new AbortController().signal,
    onDone: (part) => done.push(part.map(idOf).join(' ')),
    log: (level, message) => level === 'error' && givenUp.push(message),
  }).then(() => (isOver = true));
  while (!isOver) {
    const wait = clock.pending()[0];
    if (wait !== undefined) {
      pausesMs.push(wait);
      clock.advance(wait);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await delivered;
  return { done: done.join('|'), givenUp, pausesMs };
}

/** Fails whenever the batch holds this item. */
const poisonedBy = (id: string) =>
  recordingFunction((records) => (records.some((record) => idOf(record) === id) ? failed() : undefined));

const shapes = (fn: RecordingFunction) => fn.batches.map((batch) => batch.join('')).join(' ');

/** Reports these items as failed, at most `times` times. */
function reporting(ids: string, times = Infinity): RecordingFunction {
  let left = times;
  return recordingFunction((records) => {
    const bad = records.filter((record) => ids.includes(idOf(record)));
    if (bad.length === 0 || left-- <= 0) return { payload: { batchItemFailures: [] } };
    return {
      payload: { batchItemFailures: bad.map((record) => ({ itemIdentifier: sequenceNumber(record) })) },
    };
  });
}

const bisect = { bisectBatchOnFunctionError: true };
const partial = { reportBatchItemFailures: true };
const cases: {
  name: string;
  ids: string;
  fn: RecordingFunction;
  mapping?: Partial<EventSourceMapping>;
  /** The batches of the invocations. */
  invoked: string;
  done: string;
  givenUp?: string;
}[] = [
  {
    name: 'a batch that succeeds is delivered once',
    ids: 'abc',
    fn: recordingFunction(),
    invoked: 'abc',
    done: 'a b c',
  },
  {
    name: 'after the last retry the batch is given up and the shard goes on',
    ids: 'abc',
    fn: poisonedBy('b'),
    mapping: { maximumRetryAttempts: 2 },
    invoked: 'abc abc abc',
    done: 'a b c',
    givenUp: 'Gave up 3 records for broadcaster after 3 invocations: RetryAttemptsExhausted',
  },
  {
    name: 'zero retries are possible',
    ids: 'a',
    fn: poisonedBy('a'),
    mapping: { maximumRetryAttempts: 0 },
    invoked: 'a',
    done: 'a',
    givenUp: 'Gave up 1 records for broadcaster after 1 invocations: RetryAttemptsExhausted',
  },
  {
    name: 'bisection isolates the bad record without using up retries',
    ids: 'abcdef',
    fn: poisonedBy('d'),
    mapping: { ...bisect, maximumRetryAttempts: 1 },
    invoked: 'abcdef abc def de d d e f',
    done: 'a b c|d|e|f',
    givenUp: 'Gave up 1 records for broadcaster after 2 invocations: RetryAttemptsExhausted',
  },
  {
    name: 'throttled attempts neither count as retries nor split the batch',
    ids: 'ab',
    fn: recordingFunction((_, invocation) =>
      invocation <= 3 ? failed('TooManyRequestsException') : invocation === 4 ? failed() : undefined,
    ),
    mapping: { ...bisect, maximumRetryAttempts: 1 },
    invoked: 'ab ab ab ab a b',
    done: 'a|b',
  },
  {
    name: 'a partial response is retried from its first failed record',
    ids: 'abcdef',
    fn: reporting('ec', 1),
    mapping: partial,
    invoked: 'abcdef cdef',
    done: 'a b|c d e f',
  },
  {
    name: 'partial responses use up the retries of the record that keeps failing',
    ids: 'abc',
    fn: reporting('b'),
    mapping: { ...partial, maximumRetryAttempts: 1 },
    invoked: 'abc bc',
    done: 'a|b c',
    givenUp: 'Gave up 2 records for broadcaster after 2 invocations: RetryAttemptsExhausted',
  },
  {
    name: 'with bisection, a partial response cuts at the failed record and an error in the middle',
    ids: 'abcdef',
    fn: recordingFunction((records, invocation) => {
      if (invocation === 1)
        return { payload: { batchItemFailures: [{ itemIdentifier: sequenceNumber(records[2]!) }] } };
      return invocation === 2 ? failed() : undefined;
    }),
    mapping: { ...partial, ...bisect },
    invoked: 'abcdef cdef cd ef',
    done: 'a b|c d|e f',
  },
  {
    name: 'a partial response is ignored unless the mapping enables it',
    ids: 'ab',
    fn: reporting('a'),
    invoked: 'ab',
    done: 'a b',
  },
];
for (const { name, ids, fn, mapping, invoked, done, givenUp } of cases)
  test(name, async () => {
    const delivery = await deliver(ids, fn, mapping);

    assert.equal(shapes(fn), invoked);
    assert.equal(delivery.done, done);
    assert.deepEqual(delivery.givenUp, givenUp === undefined ? [] : [givenUp]);
  });

test('a failing batch is retried as a whole, with growing pauses, until it succeeds', async () => {
  const fn = recordingFunction((_, invocation) => (invocation <= 4 ? failed() : undefined));

  const { done, pausesMs } = await deliver('ab', fn);

  assert.equal(shapes(fn), 'ab ab ab ab ab');
  assert.equal(done, 'a b');
  assert.deepEqual(pausesMs, [100, 200, 400, 800]);
});

test('pauses have a maximum and a minimum, whatever the jitter', async () => {
  const failing = () => recordingFunction((_, invocation) => (invocation <= 12 ? failed() : undefined));

  const longest = await deliver('a', failing());
  const shortest = await deliver('a', failing(), {}, { random: 0 });

  assert.equal(Math.max(...longest.pausesMs), 10_000);
  assert.equal(Math.min(...shortest.pausesMs), 10);
});

test('records past the maximum age are given up without an invocation', async () => {
  const fn = recordingFunction();

  const { done, givenUp } = await deliver('abc', fn, { maximumRecordAgeInSeconds: 60 }, { ageMs: 61_000 });

  assert.equal(shapes(fn), 'bc');
  assert.equal(done, 'a|b c');
  assert.deepEqual(givenUp, [
    'Gave up 1 records for broadcaster after 0 invocations: MaximumRecordAgeExceeded',
  ]);
});

test('a batch that always fails is given up at its maximum age, by default the stream’s retention', async () => {
  const short = await deliver('a', poisonedBy('a'), { maximumRecordAgeInSeconds: 60 });
  const endless = await deliver('a', poisonedBy('a'));

  assert.match(short.givenUp[0]!, /after \d+ invocations: MaximumRecordAgeExceeded$/);
  const waitedMs = endless.pausesMs.reduce((sum, pause) => sum + pause, 0);
  assert.ok(waitedMs > 24 * 60 * 60 * 1000 && waitedMs < 24 * 60 * 60 * 1000 + 20_000, `${waitedMs} ms`);
});

test('a stop ends the retries, and the batch stays undone', async () => {
  const stopping = new AbortController();
  const fn = recordingFunction(() => {
    stopping.abort();
    return failed();
  });
  const done: EventRecord[] = [];

  await deliverBatch(eventRecords(['a']), {
    mapping: eventSourceMapping(),
    invoke: fn.invoke,
    clock: createManualClock(0),
    random: () => 1,
    signal: stopping.signal,
    onDone: (records) => done.push(...records),
    log: () => {},
  });

  assert.deepEqual(done, []);
  assert.equal(fn.batches.length, 1);
});

const RECORDS = eventRecords(['a', 'b', 'c']);
const SUCCESS = 3;
const failures = (...batchItemFailures: unknown[]) => ({ batchItemFailures });
for (const [name, response, first] of [
  ['null', null, SUCCESS],
  ['an empty object', {}, SUCCESS],
  ['a null list', { batchItemFailures: null }, SUCCESS],
  ['an empty list', failures(), SUCCESS],
  ['two records in any order', failures({ itemIdentifier: '3' }, { itemIdentifier: '2' }), 1],
  ['an empty identifier', failures({ itemIdentifier: '' }), 0],
  ['a wrong key', failures({ id: '3' }), 0],
  ['an unknown record', failures({ itemIdentifier: '99' }), 0],
  ['a null record', failures(null), 0],
  ['text instead of a list', { batchItemFailures: 'all' }, 0],
] as const)
  test(`a response with ${name} means ${first === SUCCESS ? 'success' : `a retry from record ${first + 1}`}`, () =>
    assert.equal(firstFailure(response, RECORDS), first));
