import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InvocationResult } from '../invocation.ts';
import { createManualClock } from '../manual-clock.ts';
import type { EventSourceMapping } from '../topology.ts';
import { deliverBatch, firstFailure } from './batch.ts';
import type { EventRecord } from './event.ts';
import { eventRecords, eventSourceMapping, failed, idOf } from './testing/doubles.ts';

/** How an invocation with these items ends; it succeeds without an answer. Invocations count from 1. */
type Answer = (ids: string, invocation: number) => Partial<InvocationResult> | false | undefined;

interface Options {
  mapping?: Partial<EventSourceMapping>;
  /** Age of the first record; each of the others is a second younger. */
  ageMs?: number;
  random?: number;
  signal?: AbortSignal;
}

const idsOf = (records: EventRecord[]) => records.map(idOf).join('');

/**
 * Delivers a batch of the items a, b, c … Every pause passes immediately.
 * @returns what happened, such as `ab ab =ab`: two invocations, and both records are done
 */
async function deliver(ids: string, answer: Answer, options: Options = {}) {
  const { mapping, ageMs = 0, random = 1, signal = new AbortController().signal } = options;
  const clock = createManualClock();
  const story: string[] = [];
  const pausesMs: number[] = [];
  let invocations = 0;
  let isOver = false;
  const delivered = deliverBatch(eventRecords([...ids], clock.now() - ageMs), {
    mapping: eventSourceMapping(mapping),
    async invoke(_functionName, event) {
      const batch = idsOf((event as { Records: EventRecord[] }).Records);
      story.push(batch);
      return { requestId: 'request-1', durationMs: 1, ...answer(batch, ++invocations) };
    },
    clock,
    random: () => random,
    signal,
    onDone: (records) => story.push(`=${idsOf(records)}`),
    log: (level, message) => level === 'error' && story.push(message.replace(/^Gave up .*: /, '')),
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
  return { story: story.join(' '), pausesMs };
}

/** Fails whenever the batch holds this item. */
const poisonedBy =
  (id: string): Answer =>
  (ids) =>
    ids.includes(id) && failed();

/** Reports these items as failed. */
const failures = (ids: string) => ({
  payload: {
    batchItemFailures: [...ids].map((id) => ({ itemIdentifier: String('abcdef'.indexOf(id) + 1) })),
  },
});

const bisect = { bisectBatchOnFunctionError: true };
const partial = { reportBatchItemFailures: true };
for (const [name, ids, answer, mapping, story] of [
  [
    'after the last retry the batch is given up, and the shard goes on',
    'abc',
    poisonedBy('b'),
    { maximumRetryAttempts: 2 },
    'abc abc abc RetryAttemptsExhausted =abc',
  ],
  [
    'bisection isolates the bad record without using up retries',
    'abcdef',
    poisonedBy('d'),
    { ...bisect, maximumRetryAttempts: 1 },
    'abcdef abc =abc def de d d RetryAttemptsExhausted =d e =e f =f',
  ],
  [
    'throttled attempts neither count as retries nor split the batch',
    'ab',
    (_, invocation) => (invocation <= 3 ? failed('TooManyRequestsException') : invocation === 4 && failed()),
    { ...bisect, maximumRetryAttempts: 1 },
    'ab ab ab ab a =a b =b',
  ],
  [
    'a partial response is retried from its first failed record',
    'abcdef',
    (_, invocation) => invocation === 1 && failures('ec'),
    partial,
    'abcdef =ab cdef =cdef',
  ],
  [
    'partial responses use up the retries of the record that keeps failing',
    'abc',
    () => failures('b'),
    { ...partial, maximumRetryAttempts: 1 },
    'abc =a bc RetryAttemptsExhausted =bc',
  ],
  [
    'with bisection, a partial response cuts at the failed record and an error in the middle',
    'abcdef',
    (_, invocation) => (invocation === 1 ? failures('c') : invocation === 2 && failed()),
    { ...partial, ...bisect },
    'abcdef =ab cdef cd =cd ef =ef',
  ],
  ['a partial response is ignored unless the mapping enables it', 'ab', () => failures('a'), {}, 'ab =ab'],
] as [string, string, Answer, Partial<EventSourceMapping>, string][])
  test(name, async () => assert.equal((await deliver(ids, answer, { mapping })).story, story));

test('a failing batch is retried as a whole, with growing pauses, until it succeeds', async () => {
  const { story, pausesMs } = await deliver('ab', (_, invocation) => invocation <= 4 && failed());

  assert.equal(story, 'ab ab ab ab ab =ab');
  assert.deepEqual(pausesMs, [100, 200, 400, 800]);
});

test('pauses have a maximum and a minimum, whatever the jitter', async () => {
  const fails: Answer = (_, invocation) => invocation <= 12 && failed();

  const longest = await deliver('a', fails);
  const shortest = await deliver('a', fails, { random: 0 });

  assert.equal(Math.max(...longest.pausesMs), 10_000);
  assert.equal(Math.min(...shortest.pausesMs), 10);
});

test('records past the maximum age are given up without an invocation', async () => {
  const options = { mapping: { maximumRecordAgeInSeconds: 60 }, ageMs: 61_000 };

  const { story } = await deliver('abc', () => undefined, options);

  assert.equal(story, 'MaximumRecordAgeExceeded =a bc =bc');
});

test('a batch that always fails is given up at its maximum age, by default the stream’s retention', async () => {
  const short = await deliver('a', poisonedBy('a'), { mapping: { maximumRecordAgeInSeconds: 60 } });
  const endless = await deliver('a', poisonedBy('a'));

  assert.match(short.story, /^(a )+MaximumRecordAgeExceeded =a$/);
  const waitedMs = endless.pausesMs.reduce((sum, pause) => sum + pause, 0);
  assert.ok(waitedMs > 24 * 60 * 60 * 1000 && waitedMs < 24 * 60 * 60 * 1000 + 20_000, `${waitedMs} ms`);
});

test('a function that returns null succeeds with all records', () =>
  assert.equal(firstFailure(null, eventRecords(['a', 'b'])), 2));

test('a stop ends the retries, and the batch stays undone', async () => {
  const stopping = new AbortController();
  const answer = () => {
    stopping.abort();
    return failed();
  };

  assert.equal((await deliver('a', answer, { signal: stopping.signal })).story, 'a');
});

const SUCCESS = 3;
for (const [name, batchItemFailures, first] of [
  ['no list', undefined, SUCCESS],
  ['a null list', null, SUCCESS],
  ['an empty list', [], SUCCESS],
  ['two records in any order', [{ itemIdentifier: '3' }, { itemIdentifier: '2' }], 1],
  ['an empty identifier', [{ itemIdentifier: '' }], 0],
  ['a wrong key', [{ id: '3' }], 0],
  ['an unknown record', [{ itemIdentifier: '99' }], 0],
  ['a null record', [null], 0],
  ['text instead of a list', 'all', 0],
] as const)
  test(`a response with ${name} means ${first === SUCCESS ? 'success' : `a retry from record ${first + 1}`}`, () => {
    assert.equal(firstFailure({ batchItemFailures }, eventRecords(['a', 'b', 'c'])), first);
  });
