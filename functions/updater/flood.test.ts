import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMessageCounter, MAX_MESSAGES } from './flood.ts';

let time = 0;
const send = (count: ReturnType<typeof createMessageCounter>, connectionId: string, messages: number) => {
  let last = 0;
  for (let i = 0; i < messages; i++) last = count(connectionId);
  return last;
};

test('counts each connection on its own, for a minute', () => {
  const count = createMessageCounter(() => time);
  assert.equal(send(count, 'a', MAX_MESSAGES), MAX_MESSAGES);
  assert.equal(count('b'), 1);
  time += 59_999;
  assert.equal(count('b'), 2);
  time += 1;
  assert.equal(count('b'), 1);
  assert.equal(count('a'), 1);
});

test('a flooder stays one after its minute', () => {
  const count = createMessageCounter(() => time);
  send(count, 'a', MAX_MESSAGES + 1);
  time += 3_600_000;
  assert.equal(count('a'), MAX_MESSAGES + 2);
});

test('evicts the connection whose minute began first', () => {
  const count = createMessageCounter(() => time, 2);
  count('a');
  count('b');
  time += 60_000;
  count('a');
  count('c');
  assert.deepEqual([count('a'), count('c'), count('b')], [2, 2, 1]);
});
