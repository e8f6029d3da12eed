import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { retryOnConflict } from './retry.ts';

/** Refused so often, then carried out. */
function refused(
  times: number,
  error: Error = new TransactionConflictException({ message: '', $metadata: {} }),
) {
  const waits: number[] = [];
  const write = async () => {
    if (times-- > 0) throw error;
    return 'written';
  };
  const pauses = { random: () => 0.5, sleep: async (ms: number) => void waits.push(ms) };
  return { waits, done: () => retryOnConflict(write, pauses) };
}

test('a write that meets a transaction is made again, later and later', async () => {
  const { waits, done } = refused(7);
  assert.equal(await done(), 'written');
  assert.deepEqual(waits, [10, 20, 40, 80, 160, 250, 250]);
});

test('a conflict without end is told', async () => {
  await assert.rejects(refused(Infinity).done(), { name: 'TransactionConflictException' });
});

test('anything else is told at once', async () => {
  const { waits, done } = refused(1, new Error('AccessDenied'));
  await assert.rejects(done(), /AccessDenied/);
  assert.deepEqual(waits, []);
});
