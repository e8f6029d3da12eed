import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIdentifier, createTraceId, isConnectionId, pooledRandomness } from './identifiers.ts';

test('an id is 11 bytes in URL-safe base64 with its padding', () => {
  assert.equal(
    createIdentifier(() => new Uint8Array(11).fill(255)),
    '______________8=',
  );
});

test('ids from the pool look right and differ, also across its refills', () => {
  const randomness = pooledRandomness();
  const ids = Array.from({ length: 2000 }, () => createIdentifier(randomness));
  for (const id of ids) assert.ok(isConnectionId(id), id);
  assert.equal(new Set(ids).size, ids.length);
});

test('only ids are ids', () => {
  assert.ok(isConnectionId('L0SM9cOFvHcCIhw='));
  assert.ok(isConnectionId('eBqkWf-GSQ0CG_A='));
  for (const text of [
    '',
    'L0SM9cOFvHcCIhw',
    'L0SM9cOFvHcCIhw=test',
    'L0SM9cOFvHcCIh+=',
    'L0SM9cOFvHcCIhwA',
    '../../etc/passw=',
  ]) {
    assert.ok(!isConnectionId(text), text);
  }
});

test('a trace id has its second in it', () => {
  const id = createTraceId(1_708_326_702_789, () => new Uint8Array(12));
  assert.equal(id, 'Root=1-65d2ff2e-000000000000000000000000');
});
