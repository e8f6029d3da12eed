import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { retryOnConflict } from './retry.ts';

/** A write that is rejected this often, then succeeds. */
function rejected(
  times: number,
  error: Error = new TransactionConflictException({ message: '', $metadata: {} }),
) {
  const waits: number[] = [];
  const write = async () => {
    if (times-- > 0) throw error;
    return 'written';
  };
  const backoff = { random: () => 0.5, sleep: async (ms: number) => void waits.push(ms) };
  return { waits, done: () => retryOnConflict(write, backoff) };
}

test('retries a write that meets a transaction, with growing pauses', async () => {
  const { waits, done } = rejected(7);
  assert.equal(await done(), 'written');
  assert.deepEqual(waits, [10, 20, 40, 80, 160, 250, 250]);
});

test('gives up a conflict that does not end', async () => {
  await assert.rejects(rejected(Infinity).done(), { name: 'TransactionConflictException' });
});

test('does not retry any other error', async () => {
  const { waits, done } = rejected(1, new Error('AccessDenied'));
  await assert.rejects(done(), /AccessDenied/);
  assert.deepEqual(waits, []);
});
