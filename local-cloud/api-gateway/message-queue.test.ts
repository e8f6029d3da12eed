import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageQueue } from './message-queue.ts';

function harness(limit: number) {
  const started: string[] = [];
  const finish: (() => void)[] = [];
  const source: string[] = [];
  const queue = new MessageQueue(
    limit,
    { pause: () => source.push('pause'), resume: () => source.push('resume') },
    (body) => {
      started.push(body);
      return new Promise((resolve) => finish.push(resolve));
    },
  );
  return { queue, started, finish, source };
}

test('messages are worked on at the same time up to the limit, then the source is paused', () => {
  const { queue, started, source } = harness(2);
  queue.push('a');
  assert.deepEqual(source, []);
  queue.push('b');
  queue.push('c');
  assert.deepEqual(started, ['a', 'b']);
  assert.deepEqual(source, ['pause']);
});

test('what waits is worked on in its order, and the source is read again when nothing waits', async () => {
  const { queue, started, finish, source } = harness(1);
  for (const body of ['a', 'b', 'c']) queue.push(body);
  for (const expected of [
    ['a', 'b'],
    ['a', 'b', 'c'],
  ]) {
    finish.at(-1)?.();
    await nextTurn();
    assert.deepEqual(started, expected);
    assert.deepEqual(source, ['pause']);
  }
  finish.at(-1)?.();
  await nextTurn();
  assert.deepEqual(source, ['pause', 'resume']);
});

test('a cleared queue forgets what waits and reads on', async () => {
  const { queue, started, finish, source } = harness(1);
  queue.push('a');
  queue.push('b');
  queue.clear();
  finish[0]?.();
  await nextTurn();
  assert.deepEqual(started, ['a']);
  assert.deepEqual(source, ['pause', 'resume']);
});
